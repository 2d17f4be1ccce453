# Configuration of SOTA-Face-Recognition-Train-and-Test for HSFace (arXiv 2409.02979). What stands in braces is filled in by
# `vec2face-bench run`; the rest are the values that the Vec2Face authors give for HSFace10K, with random erasing on.
from easydict import EasyDict

config = EasyDict()

config.prefix = "{name}"
config.head = "arcface"
config.input_size = [112, 112]
config.embedding_size = 512
config.model = "iresnet"
config.depth = "50"
config.mode = "se"
config.batch_size = 128
config.optimizer = "sgd"
config.lr = 0.1
config.momentum = 0.9
config.weight_decay = 5e-4
config.epochs = 26
config.reduce_lr = [12, 20, 24]
config.margin = 0.5
config.fp16 = True
config.sample_rate = 1.0
config.augment = True
config.rand_erase = True
config.num_ims = {images}
config.train_source = "{dataset}"
config.val_list = ["lfw"]
config.mask = None

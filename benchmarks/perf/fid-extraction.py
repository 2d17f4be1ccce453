"""FID's Inception (random weights) in PyTorch: one batch of images of 299x299 forward for each line on stdin, seconds on stdout.

fid-extraction.py FOLDER BATCH THREADS. Leaves FOLDER/inception.pth for the other side to import.
"""
import functools
import os
import sys
import time

import torch
import torch.nn.functional as F
from torchvision.models import inception as module

folder, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.manual_seed(1)
torch.set_num_threads(threads)
net = module.inception_v3(num_classes=1008, aux_logits=False, init_weights=False).eval()
net.fc = torch.nn.Identity()
torch.save({**net.state_dict(), 'fc.weight': torch.zeros(1008, 2048), 'fc.bias': torch.zeros(1008)},
           os.path.join(folder, 'inception.pth'))
module.F.avg_pool2d = functools.partial(F.avg_pool2d, count_include_pad=False)
average = module.F.avg_pool2d


def with_maximum(block, inputs):
    module.F.avg_pool2d = F.max_pool2d


def with_average(block, inputs, outputs):
    module.F.avg_pool2d = average


net.Mixed_7c.register_forward_pre_hook(with_maximum)
net.Mixed_7c.register_forward_hook(with_average)
images = torch.rand(batch, 3, 299, 299) * 2 - 1
with torch.inference_mode():
    net(images)
    print('ready', flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        net(images)
        print(time.perf_counter() - start, flush=True)

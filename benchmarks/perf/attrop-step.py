"""One step of AttrOP by the official networks in PyTorch: its gradient, for each line on stdin, its seconds on stdout.

attrop-step.py VEC2FACE_REPOSITORY 6DREPNET_REPOSITORY FOLDER BATCH THREADS PRECISION (timm and omegaconf must be importable)

Networks of official size have random weights, which are left in FOLDER as checkpoints with the inputs: generator, recogniser,
quality and pose .pth, vector, target, dropped and masked .npy. The gradient goes into gradient.npy.
"""
import os
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

vec2face, sixdrepnet, folder, batch, threads, precision = sys.argv[1:]
batch = int(batch)
folder = os.path.abspath(folder)
torch.set_num_threads(int(threads))
torch.manual_seed(1)
sys.path[:0] = [os.path.join(sixdrepnet, 'sixdrepnet'), sixdrepnet, vec2face]
os.chdir(vec2face)
answers = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)

from model import SixDRepNet  # noqa: E402
from models.iresnet import iresnet  # noqa: E402
from pixel_generator.vec2face import model_vec2face  # noqa: E402

QUALITY, YAW = 1000, 60
MEAN, STD = (torch.tensor(values)[None, :, None, None] for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))

generator = model_vec2face.vec2face_vit_base_patch16(
    mask_ratio_mu=0.15, mask_ratio_std=0.25, mask_ratio_min=0.1, mask_ratio_max=1.0, use_rep=True, rep_dim=512
)
pose = SixDRepNet('RepVGG-B1g2', '', False, pretrained=False)
networks = {'generator': generator, 'recogniser': iresnet('100'), 'quality': iresnet('100'), 'pose': pose}
for name, network in networks.items():
    # Running statistics that fit the weights: fresh ones let numbers grow without bound.
    for part in network.modules():
        if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
            part.momentum = 1.0
    if name != 'generator':
        with torch.no_grad():
            network.train()(2 * torch.rand(8, 3, *[224 if name == 'pose' else 112] * 2) - 1)
    network.eval().requires_grad_(False)
    torch.save(network.state_dict(), f'{folder}/{name}.pth')

vector, target = torch.randn(batch, 512), torch.randn(batch, 512)
order = torch.rand(batch, 49).argsort(1).argsort(1)
dropped, masked = (F.pad(order < count, (1, 0)) for count in (5, 9))
for name, value in {'vector': vector, 'target': target, 'dropped': dropped, 'masked': masked}.items():
    np.save(f'{folder}/{name}.npy', value.numpy())
if precision == 'float64':
    for network in networks.values():
        network.double()
    vector, target, MEAN, STD = (value.double() for value in (vector, target, MEAN, STD))
    # The official attention asks for float32 by name.
    torch.Tensor.float = lambda tensor: tensor


def image_of(vectors):
    """The generator's forward pass with masks that are given."""
    feature = generator.latent_prior_proj_f(vectors)
    tokens = generator.feature_token(feature.unsqueeze(-1)).permute(0, 2, 1)
    tokens = torch.where(masked[:, 1:, None], feature.unsqueeze(1).expand(-1, 49, -1), tokens)
    embedded = generator.token_emb(torch.cat([feature.unsqueeze(1), tokens], 1))
    x = embedded[~dropped].reshape(batch, -1, embedded.shape[-1])
    for block in generator.blocks:
        x = block(x)
    drawn, _ = generator.forward_decoder(generator.norm(x), dropped.to(vector.dtype), masked.to(vector.dtype))
    return generator.im_decoder(drawn)


def step():
    vectors = vector.clone().requires_grad_(True)
    image = image_of(vectors).clip(-1, 1)
    identity = 1 - torch.cosine_similarity(networks['recogniser'](image), target)
    quality = F.relu(QUALITY - networks['quality'](image).norm(dim=1))
    large = F.interpolate(image, (224, 224), mode='bilinear', align_corners=False)
    matrix = pose(((large + 1) / 2 - MEAN) / STD)
    yaw = torch.rad2deg(torch.atan2(-matrix[:, 2, 0], torch.hypot(matrix[:, 0, 0], matrix[:, 1, 0])))
    loss = 100 * identity + quality + (YAW - yaw.clip(-90, 90).abs()).abs()
    loss.mean().backward()
    return vectors.grad


print('ready', file=answers, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    gradient = step()
    seconds = time.perf_counter() - start
    np.save(f'{folder}/gradient.npy', gradient.to(torch.float32).numpy())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f'{seconds} {peak}', file=answers, flush=True)

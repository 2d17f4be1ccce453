"""The PyTorch half of generator-step.ts: python generator-step.py FOLDER SPEC THREADS writes the recogniser into the folder, then
takes a step for each line of stdin and answers with seconds by the clock, of the processor, and the peak of memory in bytes."""
import json
import os
import resource
import sys
import time
import warnings

warnings.filterwarnings('ignore')
sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../../test/training/generator'))

import torch
import torch.nn as nn
import torch.nn.functional as F
from networks import TOKENS, CrossEmbedding, Recogniser, Spectral, Vec2Face, perceptual

folder, threads = sys.argv[1], int(sys.argv[3])
spec = json.loads(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
SIDE, SIZE, BATCH = 112, 512, spec['batch']
recogniser = Recogniser(SIZE, SIDE).eval().requires_grad_(False)
torch.onnx.export(recogniser, torch.zeros(1, 3, SIDE, SIDE), folder + '/recogniser.onnx', input_names=['image'],
                  output_names=['feature', 'first', 'second'], dynamic_axes={'image': {0: 'batch'}}, opset_version=13)
network = spec['network']
generator = Vec2Face(SIZE, network['width'], network['heads']['encoder'], network['channels'], network['levels'],
                     network['residual'])
judge = Spectral(spec['discriminator']['width'])
optimiser = torch.optim.AdamW(generator.parameters(), lr=1e-4, betas=(0.9, 0.99))
judge_optimiser = torch.optim.AdamW(judge.parameters(), lr=1e-4, betas=(0.9, 0.99))
real = torch.rand(BATCH, 3, SIDE, SIDE) * 2 - 1
dropped, masked = torch.zeros(BATCH, TOKENS, dtype=torch.bool), torch.zeros(BATCH, TOKENS, dtype=torch.bool)
dropped[:, 1:6] = True
masked[:, 1:16] = True


def step():
    with torch.no_grad():
        wanted, *real_maps = recogniser(real)
    image = generator(wanted, dropped, masked)
    feature, *maps = recogniser(image)
    total = ((image - real).square().mean() + (1 - F.cosine_similarity(feature, wanted)).mean()
             + 0.2 * perceptual(maps, real_maps))
    parameters = list(generator.parameters())
    # The discriminator's own gradient needs its scores of the same images: they are computed once, as in the other half.
    judge.requires_grad_(False)
    gradients = torch.autograd.grad(total - 0.8 * judge(image).mean(), parameters)
    judge.requires_grad_(True)
    fake = judge(image.detach())
    judged = 0.5 * (F.relu(1 - judge(real)).mean() + F.relu(1 + fake).mean())
    judge_optimiser.zero_grad()
    judged.backward()
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient
    nn.utils.clip_grad_norm_(parameters, 2.0)
    nn.utils.clip_grad_norm_(judge.parameters(), 2.0)
    optimiser.step()
    judge_optimiser.step()


print('ready', flush=True)
for _ in sys.stdin:
    wall, busy = time.perf_counter(), time.process_time()
    step()
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    print(wall, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)

"""An iresnet with an insightface checkpoint's layers in PyTorch: a forward pass for each line on stdin, wall and processor seconds on stdout.

recogniser-speed.py BLOCKS BATCH THREADS (BLOCKS: 3,13,30,3)
"""

import os
import sys
import time

import torch
from torch import nn

blocks, batch, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
answers = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)


class Block(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(before), nn.Conv2d(before, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.PReLU(width),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width),
        )
        same = stride == 1 and before == width
        self.shortcut = nn.Identity() if same else nn.Sequential(
            nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64)]
before = 64
for stage, count in enumerate(map(int, blocks.split(','))):
    for block in range(count):
        layers.append(Block(before, 64 << stage, 2 if block == 0 else 1))
        before = 64 << stage
layers += [nn.BatchNorm2d(512), nn.Flatten(), nn.Linear(512 * 49, 512), nn.BatchNorm1d(512)]
network = nn.Sequential(*layers).eval()
images = torch.rand(int(batch), 3, 112, 112) * 2 - 1
with torch.inference_mode():
    network(images)
    print('ready', file=answers, flush=True)
    for _ in sys.stdin:
        wall, busy = time.perf_counter(), time.process_time()
        network(images)
        print(time.perf_counter() - wall, time.process_time() - busy, file=answers, flush=True)

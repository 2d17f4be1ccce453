"""One step of a recogniser's training in PyTorch each time a line comes in; prints wall and processor seconds, peak memory.

Arguments: network (iresnet or demonet), depth, batch, classes, threads, memory format (contiguous or channels_last)
"""
import resource
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

NETWORK, DEPTH, BATCH, CLASSES, THREADS, FORMAT = sys.argv[1:7]
BLOCKS = {'18': (2, 2, 2, 2), '34': (3, 4, 6, 3), '50': (3, 4, 14, 3)}


class Block(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(before), nn.Conv2d(before, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width),
            nn.PReLU(width), nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width))
        self.shortcut = nn.Identity() if stride == 1 and before == width else nn.Sequential(
            nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def iresnet(depth):
    layers, before = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64)], 64
    for width, count in zip((64, 128, 256, 512), BLOCKS[depth]):
        for i in range(count):
            layers.append(Block(before, width, 2 if i == 0 else 1))
            before = width
    head = [nn.BatchNorm2d(before), nn.Flatten(), nn.Linear(before * 49, 512), nn.BatchNorm1d(512)]
    return nn.Sequential(*layers, *head)


def demonet(depth):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'training'))
    from architectures.recogniser import RECOGNISERS
    return RECOGNISERS[depth]()


def main():
    torch.set_num_threads(int(THREADS))
    layout = torch.channels_last if FORMAT == 'channels_last' else torch.contiguous_format
    network = {'iresnet': iresnet, 'demonet': demonet}[NETWORK](DEPTH).to(memory_format=layout)
    centres = nn.Parameter(torch.randn(int(CLASSES), 512) * 0.01)
    optimiser = torch.optim.SGD([*network.parameters(), centres], lr=1e-3, momentum=0.9, weight_decay=5e-4)
    images = (torch.rand(int(BATCH), 3, 112, 112) * 2 - 1).contiguous(memory_format=layout)
    labels = torch.randint(int(CLASSES), (int(BATCH),))
    print('ready', flush=True)
    for _ in sys.stdin:
        wall, busy = time.perf_counter(), time.process_time()
        cosine = functional.normalize(network(images)) @ functional.normalize(centres).t()
        margin = functional.one_hot(labels, int(CLASSES)) * 0.4
        loss = functional.cross_entropy(64 * (cosine - margin), labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(time.perf_counter() - wall, time.process_time() - busy, peak * 1024, flush=True)


main()

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

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'test' / 'training'))
from torch_recognisers import Demonet, Iresnet  # noqa: E402

NETWORK, DEPTH, BATCH, CLASSES, THREADS, FORMAT = sys.argv[1:7]
BLOCKS = {'18': (2, 2, 2, 2), '34': (3, 4, 6, 3), '50': (3, 4, 14, 3)}


def main():
    torch.set_num_threads(int(THREADS))
    layout = torch.channels_last if FORMAT == 'channels_last' else torch.contiguous_format
    network = Iresnet(BLOCKS[DEPTH]) if NETWORK == 'iresnet' else Demonet(DEPTH)
    network = network.to(memory_format=layout)
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

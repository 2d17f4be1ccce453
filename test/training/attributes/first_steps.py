"""The losses of an attribute network's first steps in PyTorch, from given weights and batches; called with a folder."""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from torch_recognisers import Demonet  # noqa: E402

FOLDER = Path(sys.argv[1])
SETTINGS = json.loads((FOLDER / 'settings.json').read_text())


def loss_of(given, wanted):
    if SETTINGS['role'] == 'pose':
        return functional.smooth_l1_loss(given * 45, wanted, beta=3.0)
    if SETTINGS['role'] == 'quality':
        return functional.smooth_l1_loss((given * 6).norm(dim=1, keepdim=True), wanted)
    return functional.mse_loss(given, wanted)


def main():
    torch.set_num_threads(1)
    weights = {name: torch.from_numpy(value) for name, value in np.load(FOLDER / 'weights.npz').items()}
    size = weights['head.project.weight'].shape[0]
    network = nn.ModuleDict({'trunk': Demonet('tiny', size), 'readout': nn.Linear(size, len(weights['readout.bias']))})
    state = network.state_dict()
    for name, value in weights.items():
        key = name if name.startswith('readout') else f'trunk.{name}'
        state[key] = value.reshape(state[key].shape)
    network.load_state_dict(state)
    network.train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=SETTINGS['rate'], betas=(0.9, 0.98), weight_decay=0.01)
    losses = []
    for images, wanted in zip(*(torch.from_numpy(np.load(FOLDER / f'{name}.npy')) for name in ('images', 'wanted'))):
        given = network['readout'](network['trunk'](images.reshape(-1, 3, 112, 112)))
        loss = loss_of(given, wanted.reshape(len(given), -1))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), SETTINGS['clip'])
        optimiser.step()
        losses.append(loss.item())
    print(json.dumps(losses))


main()

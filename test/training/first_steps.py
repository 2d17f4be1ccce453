"""The losses of a recogniser's first steps in PyTorch, from given weights and batches; called with a folder."""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from torch_recognisers import Demonet, Iresnet

FOLDER = Path(sys.argv[1])
SETTINGS = json.loads((FOLDER / 'settings.json').read_text())


def margin(kind, cosine, label):
    own = cosine.gather(1, label[:, None])
    if kind == 'arcface':
        angle = torch.acos(own.clamp(-1 + 1e-6, 1 - 1e-6))
        own = torch.where(angle + 0.5 < torch.pi, torch.cos(angle + 0.5), own - 0.5 * np.sin(0.5))
    elif kind == 'cosface':
        own = own - 0.4
    else:
        angle = torch.acos(own.clamp(-1 + 1e-6, 1 - 1e-6))
        own = torch.where(angle + 0.3 < torch.pi, torch.cos(angle + 0.3), own - 0.3 * np.sin(0.3)) - 0.2
    return cosine.scatter(1, label[:, None], own)


def main():
    torch.set_num_threads(1)
    weights = np.load(FOLDER / 'weights.npz')
    network = {'iresnet': lambda: Iresnet((1, 1, 1, 1), 8, 32), 'demonet': lambda: Demonet('tiny', 32)}[SETTINGS['network']]()
    state = network.state_dict()
    for name in weights.files:
        if name != 'centres':
            state[name] = torch.from_numpy(weights[name]).reshape(state[name].shape)
    network.load_state_dict(state)
    network.train()
    centres = nn.Parameter(torch.from_numpy(weights['centres']))
    trained = [p for p in network.parameters() if p.requires_grad] + [centres]
    kind, options = SETTINGS['optimiser']
    optimiser = {'sgd': torch.optim.SGD, 'adam': torch.optim.Adam, 'adamw': torch.optim.AdamW}[kind](trained, **options)
    images = torch.from_numpy(np.load(FOLDER / 'images.npy'))
    labels = torch.from_numpy(np.load(FOLDER / 'labels.npy').astype(np.int64))
    losses = []
    for batch, label in zip(images, labels):
        feature = network(batch.reshape(-1, 3, 112, 112))
        cosine = functional.normalize(feature) @ functional.normalize(centres).t()
        loss = functional.cross_entropy(SETTINGS['scale'] * margin(SETTINGS['loss'], cosine, label), label)
        optimiser.zero_grad()
        loss.backward()
        if SETTINGS['clip'] is not None:
            nn.utils.clip_grad_norm_(trained, SETTINGS['clip'])
        optimiser.step()
        losses.append(loss.item())
    running = {name: value.tolist() for name, value in network.state_dict().items() if 'running' in name}
    print(json.dumps({'losses': losses, 'running': running}))


main()

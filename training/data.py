"""Rendered faces as the renderer writes them, and the batches that training draws from them.

A dump is a folder: `images.npy` uint8 [N*K,112,112,3] RGB with an identity's rows together, `identity.npy` int32,
`attributes.npy` float32 [N*K,A] named by `attributes.json`, `identities.npy` the renderer's identity parameters [N,P],
each about standard normal.
Images are memory-mapped: a dump may be larger than memory.
"""
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List

import numpy as np
import torch
from torch import Tensor

HELD_OUT = 200
"""The first identities are kept for evaluation: no training sees them."""


class Images:
    """Memory-mapped images of several dumps under one row number."""

    def __init__(self, parts: List[np.ndarray]):
        self.parts = parts
        self.starts = np.cumsum([0] + [len(part) for part in parts])

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        out = np.empty((len(rows), 112, 112, 3), np.uint8)
        part_of = np.searchsorted(self.starts, rows, side='right') - 1
        for part in np.unique(part_of):
            here = part_of == part
            out[here] = self.parts[part][rows[here] - self.starts[part]]
        return out


@dataclass(frozen=True)
class FaceDump:
    images: Images
    identity: np.ndarray
    attributes: np.ndarray
    attribute_names: List[str]
    parameters: np.ndarray

    @property
    def identities(self) -> int:
        return len(self.parameters)

    def column(self, name: str) -> int:
        if name not in self.attribute_names:
            raise SystemExit(f"attributes.json has no column '{name}' (it has {', '.join(self.attribute_names)})")
        return self.attribute_names.index(name)


def open_dumps(folders: List[str]) -> FaceDump:
    """Several dumps as one, their identities renumbered from 0 in the order of the folders."""
    images, identity, attributes, parameters, count = [], [], [], [], 0
    for folder in map(Path, folders):
        images.append(np.load(folder / 'images.npy', mmap_mode='r'))
        _, own = np.unique(np.load(folder / 'identity.npy'), return_inverse=True)
        identity.append(own.astype(np.int64) + count)
        attributes.append(np.load(folder / 'attributes.npy').astype(np.float32))
        parameters.append(np.load(folder / 'identities.npy').astype(np.float32))
        if not len(images[-1]) == len(own) == len(attributes[-1]):
            raise SystemExit(f'{folder}: images, identity and attributes differ in length')
        count += len(parameters[-1])
    return FaceDump(
        images=Images(images),
        identity=np.concatenate(identity),
        attributes=np.concatenate(attributes),
        attribute_names=json.loads((Path(folders[0]) / 'attributes.json').read_text())['columns'],
        parameters=np.concatenate(parameters),
    )


@dataclass(frozen=True)
class Batch:
    image: Tensor
    """[B,3,112,112] in -1..1, channels-last in memory"""
    identity: Tensor
    attributes: Tensor
    flipped: Tensor
    """[B] bool: yaw and roll have changed their sign, and left and right are swapped"""


def to_input(images: np.ndarray) -> Tensor:
    """uint8 [B,112,112,3] -> float32 [B,3,112,112] in -1..1: (x / 255 - 0.5) / 0.5."""
    return torch.from_numpy(images).to(torch.float32).mul_(1 / 127.5).sub_(1).permute(0, 3, 1, 2)


def batches(dump: FaceDump, rows: np.ndarray, size: int, seed: int, start: int, flip: bool = True,
            jitter: bool = False) -> Iterator[Batch]:
    """Endless batches, each epoch in a new order. `start` is the step to go on from: the same rows come again.

    `jitter` changes each image's contrast by up to 10 % and its brightness by up to 0.05 of the range.
    """
    per_epoch = len(rows) // size
    step = start
    order, epoch = np.empty(0, np.int64), -1
    while True:
        if step // per_epoch != epoch:
            epoch = step // per_epoch
            order = np.random.default_rng((seed, epoch)).permutation(rows)
        random = np.random.default_rng((seed, step, 1))
        position = step % per_epoch
        chosen = np.sort(order[position * size:(position + 1) * size])
        image = to_input(dump.images[chosen])
        attributes = dump.attributes[chosen].copy()
        flipped = random.random(size) < 0.5 if flip else np.zeros(size, bool)
        if flipped.any():
            index = torch.from_numpy(np.flatnonzero(flipped))
            image[index] = image[index].flip(3)
            for name in ('yaw', 'roll'):
                attributes[flipped, dump.column(name)] *= -1
        if jitter:
            gain = torch.from_numpy(random.uniform(0.9, 1.1, (size, 1, 1, 1)).astype(np.float32))
            shift = torch.from_numpy(random.uniform(-0.1, 0.1, (size, 1, 1, 1)).astype(np.float32))
            image = (image * gain + shift).clamp_(-1, 1)
        yield Batch(image, torch.from_numpy(dump.identity[chosen]), torch.from_numpy(attributes), torch.from_numpy(flipped))
        step += 1

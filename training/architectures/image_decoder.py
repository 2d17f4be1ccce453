"""A 7x7 map of tokens becomes a 112x112 picture."""
from typing import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


NARROW = 24
"""Channels at 56x56."""


class DecoderBlock(nn.Module):
    """Two 3x3 convolutions beside the identity."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(torch.relu(self.norm(x)))
        return x + self.second(torch.relu(self.second_norm(y)))


class ImageDecoder(nn.Module):
    """A residual block at 7x7, 14x14 and 28x28 with nearest-neighbour doubling between them.

    The last two steps double by pixel shuffle: one narrow convolution at 56x56, none at 112x112. Wide ones there would
    cost more than all the rest; none at 56x56 leaves a grid of 4x4 pixels in the picture.
    """

    def __init__(self, width_in: int, widths: Sequence[int]):
        super().__init__()
        self.enter = nn.Conv2d(width_in, widths[0], 1)
        self.blocks = nn.ModuleList([DecoderBlock(width) for width in widths])
        self.narrow = nn.ModuleList([nn.Conv2d(a, b, 1) for a, b in zip(widths[:-1], widths[1:])])
        self.open = nn.Conv2d(widths[-1], 4 * NARROW, 3, padding=1)
        self.leave = nn.Conv2d(NARROW, 12, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks[0](self.enter(x))
        for narrow, block in zip(self.narrow, self.blocks[1:]):
            x = block(functional.interpolate(narrow(x), scale_factor=2.0, mode='nearest'))
        x = torch.relu(functional.pixel_shuffle(self.open(torch.relu(x)), 2))
        return functional.pixel_shuffle(self.leave(x), 2)

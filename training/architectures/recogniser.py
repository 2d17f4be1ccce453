"""Recognisers: a residual network and a head that gives 512 numbers of unit variance."""
from typing import List, Sequence, Tuple

import torch
from torch import Tensor, nn

from .residual_network import ResidualNetwork

FEATURE_SIZE = 512


class FlattenHead(nn.Module):
    """Keeps where things are: a 1x1 convolution to few channels, then every one of the 7x7 places counts."""

    def __init__(self, width: int, kept: int):
        super().__init__()
        self.reduce = nn.Conv2d(width, kept, 1, bias=False)
        self.reduce_norm = nn.BatchNorm2d(kept)
        self.project = nn.Linear(kept * 49, FEATURE_SIZE)
        self.norm = nn.BatchNorm1d(FEATURE_SIZE, affine=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.project(torch.relu(self.reduce_norm(self.reduce(x))).flatten(1)))


class PoolHead(nn.Module):
    """A learned weighted mean over the 7x7 places for each channel, then one linear layer."""

    def __init__(self, width: int):
        super().__init__()
        self.weights = nn.Parameter(torch.full((1, width, 7, 7), 1 / 49))
        self.pool_norm = nn.BatchNorm1d(width)
        self.project = nn.Linear(width, FEATURE_SIZE)
        self.norm = nn.BatchNorm1d(FEATURE_SIZE, affine=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.project(self.pool_norm((x * self.weights).sum((2, 3)))))


class Recogniser(nn.Module):
    """`image` [B,3,112,112] in -1..1 -> `feature` [B,512].

    The last normalisation has no gain, as in insightface's networks, so a feature's length is about
    sqrt(512) = 22.6 and the paper's noise (sigma 0.3 to 0.9 in each dimension) means the same here.
    """

    def __init__(self, widths: Sequence[int], blocks: Sequence[int], head: nn.Module):
        super().__init__()
        self.trunk = ResidualNetwork(widths, blocks)
        self.head = head

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.trunk(image))

    def maps_and_feature(self, image: Tensor) -> Tuple[List[Tensor], Tensor]:
        """The maps after every stage, for the perceptual loss, and the feature."""
        maps = self.trunk.maps(image)
        return maps, self.head(maps[-1])


def recogniser_a() -> Recogniser:
    return Recogniser((32, 64, 160), (0, 2, 2), FlattenHead(160, 32))


def recogniser_b() -> Recogniser:
    return Recogniser((24, 48, 128), (0, 1, 2), PoolHead(128))


RECOGNISERS = {'a': recogniser_a, 'b': recogniser_b}

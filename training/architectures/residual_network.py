"""A small residual network for 112x112 faces, shaped for two CPU cores."""
from typing import List, Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


class PatchStem(nn.Module):
    """Rearranges 4x4 pixel blocks into channels, [B,3,112,112] -> [B,48,28,28], then one 3x3 convolution.

    Nothing is lost, and no convolution ever runs on three channels, which CPUs are slow at.
    """

    def __init__(self, width: int, block: int = 4):
        super().__init__()
        self.block = block
        self.convolution = nn.Conv2d(3 * block * block, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, image: Tensor) -> Tensor:
        return torch.relu(self.norm(self.convolution(blocks_to_channels(image, self.block))))


def blocks_to_channels(image: Tensor, block: int) -> Tensor:
    """[B,C,H,W] -> [B,block*block*C,H/block,W/block], in channels-last memory order."""
    height, width = image.shape[2] // block, image.shape[3] // block
    rows = image.permute(0, 2, 3, 1).reshape(-1, height, block, width, block * image.shape[1])
    return rows.permute(0, 1, 3, 2, 4).reshape(-1, height, width, block * block * image.shape[1]).permute(0, 3, 1, 2)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut; the shortcut averages before it projects when the stride is 2."""

    def __init__(self, width_in: int, width: int, stride: int):
        super().__init__()
        self.first = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        nn.init.zeros_(self.second_norm.weight)
        shortcut: List[nn.Module] = []
        if stride == 2:
            shortcut.append(nn.AvgPool2d(2))
        if width_in != width:
            shortcut.append(nn.Conv2d(width_in, width, 1, bias=False))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(y)) + self.shortcut(x))


class ResidualNetwork(nn.Module):
    """Stem at 28x28, then a stage of residual blocks for each width; all but the first stage halve the size."""

    def __init__(self, widths: Sequence[int], blocks: Sequence[int]):
        super().__init__()
        self.stem = PatchStem(widths[0])
        stages = []
        width_in = widths[0]
        for index, (width, count) in enumerate(zip(widths, blocks)):
            stage = []
            for position in range(count):
                stage.append(ResidualBlock(width_in, width, 2 if index > 0 and position == 0 else 1))
                width_in = width
            stages.append(nn.Sequential(*stage))
        self.stages = nn.ModuleList(stages)
        self.width = width_in

    def maps(self, image: Tensor) -> List[Tensor]:
        """The feature map after every stage, the largest first."""
        x = self.stem(image)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps

    def forward(self, image: Tensor) -> Tensor:
        return self.maps(image)[-1]


def fold_norms(network: ResidualNetwork) -> None:
    """Folds every normalisation into its convolution: the same numbers in evaluation mode, fewer passes over memory."""
    pairs = [(network.stem, 'convolution', 'norm')]
    for block in network.modules():
        if isinstance(block, ResidualBlock):
            pairs += [(block, 'first', 'first_norm'), (block, 'second', 'second_norm')]
    for owner, convolution, norm in pairs:
        setattr(owner, convolution, fuse_conv_bn_eval(getattr(owner, convolution), getattr(owner, norm)))
        setattr(owner, norm, nn.Identity())

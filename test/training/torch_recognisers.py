"""The recognisers that are trained, in PyTorch, under the names of their checkpoints."""
import torch
from torch import nn

DEMONETS = {'a': ((32, 64, 160), (0, 2, 2), 32), 'b': ((24, 48, 128), (0, 1, 2), None), 'tiny': ((8, 12, 16), (0, 1, 1), 4)}


class Block(nn.Module):
    """insightface's IBasicBlock."""

    def __init__(self, before, width, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(before)
        self.conv1 = nn.Conv2d(before, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.prelu = nn.PReLU(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.downsample = nn.Identity() if stride == 1 and before == width else nn.Sequential(
            nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.prelu(self.bn2(self.conv1(self.bn1(x))))
        return self.bn3(self.conv2(y)) + self.downsample(x)


class Iresnet(nn.Module):
    def __init__(self, blocks, width=64, size=512):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.prelu = nn.PReLU(width)
        before = width
        for stage, count in enumerate(blocks):
            layer = []
            for i in range(count):
                layer.append(Block(before, width * 2 ** stage, 2 if i == 0 else 1))
                before = width * 2 ** stage
            setattr(self, f'layer{stage + 1}', nn.Sequential(*layer))
        self.bn2 = nn.BatchNorm2d(before)
        self.fc = nn.Linear(before * 49, size)
        self.features = nn.BatchNorm1d(size)
        self.features.weight.requires_grad = False

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.features(self.fc(self.bn2(x).flatten(1)))


class Residual(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.first = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)
        shortcut = [nn.AvgPool2d(2)] if stride == 2 else []
        if before != width:
            shortcut.append(nn.Conv2d(before, width, 1, bias=False))
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        y = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(y)) + self.shortcut(x))


class Demonet(nn.Module):
    def __init__(self, depth, size=512):
        super().__init__()
        widths, blocks, kept = DEMONETS[depth]
        self.trunk, self.trunk.stem, self.head = nn.Module(), nn.Module(), nn.Module()
        self.trunk.stem.convolution = nn.Conv2d(48, widths[0], 3, padding=1, bias=False)
        self.trunk.stem.norm = nn.BatchNorm2d(widths[0])
        stages, before = [], widths[0]
        for stage, (width, count) in enumerate(zip(widths, blocks)):
            layer = []
            for i in range(count):
                layer.append(Residual(before, width, 2 if stage > 0 and i == 0 else 1))
                before = width
            stages.append(nn.Sequential(*layer))
        self.trunk.stages = nn.ModuleList(stages)
        if kept is None:
            self.head.weights = nn.Parameter(torch.full((1, before, 7, 7), 1 / 49))
            self.head.pool_norm = nn.BatchNorm1d(before)
        else:
            self.head.reduce = nn.Conv2d(before, kept, 1, bias=False)
            self.head.reduce_norm = nn.BatchNorm2d(kept)
        self.head.project = nn.Linear(before if kept is None else kept * 49, size)
        self.head.norm = nn.BatchNorm1d(size, affine=False)

    def forward(self, image):
        rows, _, height, width = image.shape
        x = image.reshape(rows, 3, height // 4, 4, width // 4, 4).permute(0, 3, 5, 1, 2, 4)
        x = x.reshape(rows, 48, height // 4, width // 4)
        x = torch.relu(self.trunk.stem.norm(self.trunk.stem.convolution(x)))
        for stage in self.trunk.stages:
            x = stage(x)
        if hasattr(self.head, 'reduce'):
            x = torch.relu(self.head.reduce_norm(self.head.reduce(x))).flatten(1)
        else:
            x = self.head.pool_norm((x * self.head.weights).sum((2, 3)))
        return self.head.norm(self.head.project(x))

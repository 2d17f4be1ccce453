"""One small trunk with heads for pose, quality and the features of the demo Frechet distance."""
from typing import Dict

from torch import Tensor, nn

from .residual_network import ResidualNetwork

QUALITY_SIZE = 64
FREE_OF_POOLING = 16


class AttributeNetwork(nn.Module):
    """`image` [B,3,112,112] in -1..1 -> pose in degrees, a quality vector, and pooled features.

    The pooled features (96 numbers, mean over the last map) feed the linear heads that regress every attribute and
    identity parameter of the renderer, so that they hold what a picture of this world can differ in.
    """

    def __init__(self, attributes: int, parameters: int):
        super().__init__()
        self.trunk = ResidualNetwork((24, 48, 96), (1, 1, 2))
        width = self.trunk.width
        self.reduce = nn.Sequential(nn.Conv2d(width, FREE_OF_POOLING, 1, bias=False), nn.BatchNorm2d(FREE_OF_POOLING), nn.ReLU())
        self.pose = nn.Sequential(nn.Flatten(), nn.Linear(FREE_OF_POOLING * 49, 3))
        self.quality = nn.Linear(width, QUALITY_SIZE)
        self.attributes = nn.Linear(width, attributes)
        self.parameters_head = nn.Linear(width, parameters)

    def forward(self, image: Tensor) -> Dict[str, Tensor]:
        x = self.trunk(image)
        pooled = x.mean((2, 3))
        return {
            'pose': self.pose(self.reduce(x)) * 45,
            'quality': self.quality(pooled),
            'features': pooled,
            'attributes': self.attributes(pooled),
            'parameters': self.parameters_head(pooled),
        }


class SingleOutput(nn.Module):
    """The same network with one of its outputs, for export."""

    def __init__(self, network: AttributeNetwork, output: str):
        super().__init__()
        self.network = network
        self.output = output

    def forward(self, image: Tensor) -> Tensor:
        return self.network(image)[self.output]

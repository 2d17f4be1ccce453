"""A discriminator that judges patches: a 14x14 map of scores, each seeing about a quarter of the face."""
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import spectral_norm

from .residual_network import blocks_to_channels


class PatchDiscriminator(nn.Module):
    def __init__(self, width: int = 48):
        super().__init__()
        self.enter = spectral_norm(nn.Conv2d(48, width, 3, padding=1))
        self.halve = spectral_norm(nn.Conv2d(width, 2 * width, 3, 2, 1))
        self.look = spectral_norm(nn.Conv2d(2 * width, 2 * width, 3, padding=1))
        self.score = spectral_norm(nn.Conv2d(2 * width, 1, 1))

    def forward(self, image: Tensor) -> Tensor:
        """[B,3,112,112] -> [B,1,14,14], high where the patch looks real."""
        x = functional.leaky_relu(self.enter(blocks_to_channels(image, 4)), 0.2)
        x = functional.leaky_relu(self.halve(x), 0.2)
        return self.score(functional.leaky_relu(self.look(x), 0.2))


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Hinge loss: real patches above 1, generated ones below -1."""
    return 0.5 * (torch.relu(1 - real).mean() + torch.relu(1 + fake).mean())

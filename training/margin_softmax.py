"""Margin softmax losses: ArcFace (an angle is added) and CosFace (a cosine is subtracted)."""
import torch
from torch import Tensor, nn
from torch.nn import functional


def arcface_logits(cosine: Tensor, target: Tensor, margin: float) -> Tensor:
    """cos(angle + margin) at the target; where the angle would pass pi the cosine goes on falling linearly."""
    own = cosine.gather(1, target.unsqueeze(1)).clamp(-1 + 1e-6, 1 - 1e-6)
    angle = torch.acos(own)
    shifted = torch.where(angle + margin < torch.pi, torch.cos(angle + margin), own - margin)
    return cosine.scatter(1, target.unsqueeze(1), shifted)


def cosface_logits(cosine: Tensor, target: Tensor, margin: float) -> Tensor:
    return cosine - margin * functional.one_hot(target, cosine.shape[1]).to(cosine.dtype)


MARGINS = {'arcface': arcface_logits, 'cosface': cosface_logits}


def margin_loss(kind: str, feature: Tensor, prototypes: Tensor, target: Tensor, scale: float, margin: float) -> Tensor:
    """Cross-entropy over the cosines of [B,512] features and [N,512] prototypes."""
    cosine = functional.normalize(feature) @ functional.normalize(prototypes).t()
    return functional.cross_entropy(scale * MARGINS[kind](cosine, target, margin), target)


class PrototypeTable(nn.Module):
    """One free prototype an identity, as in the papers."""

    def __init__(self, identities: int):
        super().__init__()
        self.table = nn.Parameter(torch.randn(identities, 512) / 512 ** 0.5)

    def forward(self, identities: Tensor) -> Tensor:
        return self.table[identities]


class PrototypeMap(nn.Module):
    """Prototypes as a learned linear map of the renderer's identity parameters.

    A free table needs dozens of looks at every identity before its prototypes mean anything; here what is learned from
    one identity holds for all of them, which is what makes a training of minutes possible. It is linear because vectors
    are later drawn from a normal distribution of features: where features are linear in what a face can be, every draw
    has a face, and the generator can reach it. (A hidden layer spreads prototypes over more directions, and then no
    face answers most of the draws.)
    """

    def __init__(self, parameters: Tensor):
        super().__init__()
        self.register_buffer('parameters_of', parameters, persistent=False)
        self.map = nn.Linear(parameters.shape[1], 512, bias=False)
        self.norm = nn.BatchNorm1d(512, affine=False)

    def forward(self, identities: Tensor) -> Tensor:
        return self.norm(self.map(self.parameters_of[identities]))


def identities_to_compare(own: Tensor, identities: int, count: int, generator: torch.Generator):
    """The batch's identities and random others, `count` in all, and where the batch's own lie among them."""
    unique, inverse = torch.unique(own, return_inverse=True)
    others = torch.randperm(identities, generator=generator)[:count]
    others = others[~torch.isin(others, unique)]
    return torch.cat((unique, others))[:count], inverse

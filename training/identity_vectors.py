"""Identity vectors as the paper samples them: a PCA of real identity features and a multivariate normal in it."""
from typing import Tuple

import numpy as np
import torch

from architectures.recogniser import Recogniser
from data import FaceDump, to_input


@torch.no_grad()
def features_of(recogniser: Recogniser, dump: FaceDump, rows: np.ndarray, batch: int = 64) -> np.ndarray:
    """[rows,512] features, not normalised, without the mirrored image."""
    parts = [recogniser(to_input(dump.images[rows[at:at + batch]])).numpy() for at in range(0, len(rows), batch)]
    return np.concatenate(parts)


def identity_features(recogniser: Recogniser, dump: FaceDump, identities: np.ndarray, images: int,
                      allowed: np.ndarray) -> np.ndarray:
    """The mean feature of the first `images` allowed rows of each identity; identities without one are left out."""
    rows, owners = [], []
    for identity in identities:
        own = np.flatnonzero((dump.identity == identity) & allowed)[:images]
        rows.append(own)
        owners.append(np.full(len(own), identity))
    owner = np.concatenate(owners)
    features = features_of(recogniser, dump, np.concatenate(rows))
    return np.stack([features[owner == identity].mean(0) for identity in identities if (owner == identity).any()])


class VectorSampler:
    """Draws from the normal distribution that has the identity features' mean and covariance."""

    def __init__(self, features: np.ndarray):
        self.mean = features.mean(0)
        _, singular, directions = np.linalg.svd(features - self.mean, full_matrices=False)
        self.deviations = singular / np.sqrt(len(features) - 1)
        self.directions = directions

    def draw(self, count: int, random: np.random.Generator) -> np.ndarray:
        normal = random.standard_normal((count, len(self.deviations)))
        return (self.mean + (normal * self.deviations) @ self.directions).astype(np.float32)

    def draw_apart(self, count: int, limit: float, random: np.random.Generator, tries: int = 200_000) -> Tuple[np.ndarray, int]:
        """`count` vectors with pairwise cosine at most `limit`, and how many were drawn for it."""
        kept = np.empty((count, len(self.mean)), np.float32)
        unit = np.empty_like(kept)
        have, drawn = 0, 0
        while have < count and drawn < tries:
            for vector in self.draw(256, random):
                drawn += 1
                direction = vector / np.linalg.norm(vector)
                if have == 0 or (unit[:have] @ direction).max() <= limit:
                    kept[have], unit[have] = vector, direction
                    have += 1
                    if have == count:
                        break
        return kept[:have], drawn


def effective_dimensions(features: np.ndarray) -> float:
    """Participation ratio of the covariance's eigenvalues: k where k directions have equal variance and the rest none."""
    covariance = np.cov(features, rowvar=False)
    return float(np.trace(covariance) ** 2 / np.square(covariance).sum())

"""Ends a recogniser's training with a linear discriminant analysis, folded into its last layer.

    /usr/bin/python3 training/discriminant.py --data DUMP.. --recogniser RUN --features IDENTITY_FEATURES.npy \
        --out RUN [--generator RUN --generator-out RUN]

Directions in which one identity's images differ are shrunk to one length: what is left of a feature's variance is
between identities. More of the 512 dimensions carry identity then, so more identities fit below a cosine of 0.3, and
hard pairs (turned, dark, blurred) gain. A generator trained on the old features is given the inverse in its first layer.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from architectures.recogniser import FEATURE_SIZE, RECOGNISERS
from data import HELD_OUT, open_dumps
from generator import load_recogniser
from identity_vectors import features_of


def discriminant(features: np.ndarray, identity: np.ndarray, means: np.ndarray, regularisation: float) -> np.ndarray:
    """[512,512]: right-multiplied to centred features it makes the variance within identities the unit matrix.

    The covariance within identities is mixed with `regularisation` of its mean variance in every direction.
    """
    known, owner = np.unique(identity, return_inverse=True)
    centres = np.stack([features[owner == i].mean(0) for i in range(len(known))])
    residual = features - centres[owner]
    within = residual.T @ residual / (len(residual) - len(known))
    within += np.eye(FEATURE_SIZE) * np.trace(within) / FEATURE_SIZE * regularisation
    values, directions = np.linalg.eigh(within)
    transform = directions / np.sqrt(values)
    moved = (features - means.mean(0)) @ transform
    return transform * np.sqrt(FEATURE_SIZE / np.square(moved).sum(1).mean())


def fold_into_recogniser(state: dict, mean: np.ndarray, transform: np.ndarray) -> None:
    """The head's last linear layer and its normalisation become one linear layer that gives (f - mean) T."""
    deviation = (state['head.norm.running_var'].double() + 1e-5).sqrt()
    move = torch.from_numpy(transform).double().t()
    weight, bias = state['head.project.weight'].double(), state['head.project.bias'].double()
    state['head.project.weight'] = (move @ (weight / deviation.unsqueeze(1))).float()
    centred = (bias - state['head.norm.running_mean'].double()) / deviation - torch.from_numpy(mean).double()
    state['head.project.bias'] = (move @ centred).float()
    state['head.norm.running_mean'] = torch.zeros(FEATURE_SIZE)
    state['head.norm.running_var'] = torch.full((FEATURE_SIZE,), 1 - 1e-5)


def fold_into_generator(state: dict, mean: np.ndarray, transform: np.ndarray) -> None:
    """The first layer takes the new features and undoes the transform."""
    weight = state['embed.weight'].double()
    inverse = torch.from_numpy(np.linalg.inv(transform.astype(np.float64)))
    state['embed.bias'] = (state['embed.bias'].double() + weight @ torch.from_numpy(mean).double()).float()
    state['embed.weight'] = (weight @ inverse.t()).float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, nargs='+', help='one or more dumps')
    parser.add_argument('--recogniser', required=True)
    parser.add_argument('--features', required=True, help='identity features by this recogniser')
    parser.add_argument('--out', required=True)
    parser.add_argument('--generator')
    parser.add_argument('--generator-out')
    parser.add_argument('--identities', type=int, default=700)
    parser.add_argument('--regularisation', type=float, default=0.05)
    args = parser.parse_args()
    torch.set_num_threads(2)
    dump = open_dumps(args.data)
    rows = np.flatnonzero((dump.identity >= HELD_OUT) & (dump.identity < HELD_OUT + args.identities))
    means = np.load(args.features)
    cache = Path(args.out) / 'image-features.npy'
    cache.parent.mkdir(parents=True, exist_ok=True)
    if not cache.exists():
        np.save(cache, features_of(load_recogniser(args.recogniser, 'a'), dump, rows))
    transform = discriminant(np.load(cache), dump.identity[rows], means, args.regularisation)
    mean = means.mean(0)
    checkpoint = torch.load(Path(args.recogniser) / 'checkpoint.pt')
    fold_into_recogniser(checkpoint['parts']['network'], mean, transform)
    RECOGNISERS['a']().load_state_dict(checkpoint['parts']['network'])
    torch.save(checkpoint, Path(args.out) / 'checkpoint.pt')
    if args.generator:
        out = Path(args.generator_out)
        out.mkdir(parents=True, exist_ok=True)
        checkpoint = torch.load(Path(args.generator) / 'checkpoint.pt')
        for part in ('network', 'average'):
            fold_into_generator(checkpoint['parts'][part], mean, transform)
        torch.save(checkpoint, out / 'checkpoint.pt')
        np.save(out / 'identity-features.npy', ((means - mean) @ transform).astype(np.float32))


if __name__ == '__main__':
    main()

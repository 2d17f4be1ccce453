"""Reference values over two sets of features, by SciPy and scikit-learn, in float64.

usage: reference.py a.npy b.npy frechet|frechetOfFew|kid|manifold3|manifold5|cmmd   (prints JSON)
"""
import json
import sys

import numpy as np
from scipy import linalg
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel

a, b = (np.load(path).astype(np.float64) for path in sys.argv[1:3])


def frechet():
    sigma_a, sigma_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(sigma_a @ sigma_b)
    shift = a.mean(0) - b.mean(0)
    return shift @ shift + np.trace(sigma_a) + np.trace(sigma_b) - 2 * np.trace(root).real


def frechet_of_few():
    """The same without a square root of a matrix: the trace is the sum of singular values, which needs no full rank."""
    centred_a, centred_b = a - a.mean(0), b - b.mean(0)
    values = linalg.svd(centred_a @ centred_b.T, compute_uv=False)
    shift = a.mean(0) - b.mean(0)
    traces = (centred_a**2).sum() / (len(a) - 1) + (centred_b**2).sum() / (len(b) - 1)
    return shift @ shift + traces - 2 * values.sum() / np.sqrt((len(a) - 1.0) * (len(b) - 1.0))


def kernel_distance(x, y):
    xx, yy, xy = (polynomial_kernel(p, q, degree=3, coef0=1) for p, q in ((x, x), (y, y), (x, y)))
    m, n = len(x), len(y)
    inside = (xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1))
    return inside - 2 * xy.mean()


def manifold(k):
    radius_a = np.sort(pairwise_distances(a), axis=1)[:, k]
    radius_b = np.sort(pairwise_distances(b), axis=1)[:, k]
    distance = pairwise_distances(a, b)
    within_a = distance < radius_a[:, None]
    return {
        'precision': within_a.any(axis=0).mean(),
        'recall': (distance < radius_b[None, :]).any(axis=1).mean(),
        'density': within_a.sum(axis=0).mean() / k,
        'coverage': (distance.min(axis=1) < radius_a).mean(),
    }


def clip_distance():
    x, y = (set_ / np.linalg.norm(set_, axis=1, keepdims=True) for set_ in (a, b))
    gamma = 1 / 200
    return 1000 * (rbf_kernel(x, x, gamma).mean() + rbf_kernel(y, y, gamma).mean() - 2 * rbf_kernel(x, y, gamma).mean())


values = {
    'frechet': frechet,
    'frechetOfFew': frechet_of_few,
    'kid': lambda: kernel_distance(a, b),
    'manifold3': lambda: manifold(3),
    'manifold5': lambda: manifold(5),
    'cmmd': clip_distance,
}
print(json.dumps(values[sys.argv[3]]()))

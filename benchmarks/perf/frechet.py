"""The Frechet distance with SciPy's matrix square root, timed once for each line on standard input.

usage: frechet.py a.npz b.npz   (answers each line with: seconds, distance)
"""
import sys
import time

import numpy as np
from scipy import linalg

(mu_a, sigma_a), (mu_b, sigma_b) = ((f['mu'], f['sigma']) for f in map(np.load, sys.argv[1:3]))

for _ in sys.stdin:
    start = time.perf_counter()
    root = linalg.sqrtm(sigma_a @ sigma_b)
    shift = mu_a - mu_b
    distance = shift @ shift + np.trace(sigma_a) + np.trace(sigma_b) - 2 * np.trace(root).real
    print(time.perf_counter() - start, repr(float(distance)), flush=True)

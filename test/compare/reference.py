"""Reference values of SciPy as JSON."""
import json
import numpy as np
from scipy.stats import binom, mannwhitneyu, norm

rng = np.random.default_rng(5)
a, b = rng.normal(0.4, 1, 12), rng.normal(0, 1, 15)
tied_a, tied_b = [1, 2, 2, 3, 3, 4], [1, 1, 2, 2, 3, 5, 0]
fair = [(10, 8), (203, 138), (5, 0), (5, 5), (1000, 560), (9, 4)]
print(json.dumps({
    'binomial': [[n, k, float(binom.sf(k - 1, n, 0.5))] for n, k in fair],
    'normal': [[z, float(norm.sf(z))] for z in [-4, -0.3, 0, 0.7, 2.9, 3.1, 6, 12]],
    'quantile': [[p, float(norm.ppf(p))] for p in [0.0005, 0.2, 0.5, 0.975, 0.9999]],
    'ranks': [
        {'a': x.tolist(), 'b': y.tolist(), 'p': float(mannwhitneyu(x, y, alternative='greater', method='exact').pvalue)}
        for x, y in [(a, b), (b, a), (rng.normal(1.2, 1, 50), rng.normal(0, 1, 50)), (rng.normal(0, 1, 49), rng.normal(0, 1, 51))]
    ],
    'tied': {'a': tied_a, 'b': tied_b, 'p': float(mannwhitneyu(tied_a, tied_b, alternative='greater', method='asymptotic').pvalue)},
}))

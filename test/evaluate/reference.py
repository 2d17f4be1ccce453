"""Reference values of the k-fold protocol: NumPy's arithmetic on the features given, as the field computes them.

usage: reference.py features.npy labels.npy folds [given-folds.npy]   (prints JSON: accuracies and thresholds of the folds)
"""
import json
import sys
import time

import numpy as np


def fold_indices(count, folds, given):
    indices = np.arange(count)
    if given is not None:
        return [(indices[given != f], indices[given == f]) for f in np.unique(given)]
    sizes = np.full(folds, count // folds)
    sizes[: count % folds] += 1
    ends = np.cumsum(sizes)
    return [(np.concatenate([indices[: e - s], indices[e:]]), indices[e - s : e]) for s, e in zip(sizes, ends)]


def accuracy(threshold, distances, same):
    accepted = np.less(distances, threshold)
    return float(np.sum(accepted == same)) / distances.size


features = np.load(sys.argv[1]).astype(np.float64)
same = np.load(sys.argv[2]).astype(bool)
given = np.load(sys.argv[4]) if len(sys.argv) > 4 else None
start = time.perf_counter()
features = features / np.linalg.norm(features, axis=1, keepdims=True)
distances = np.sum(np.square(features[0::2] - features[1::2]), 1)
thresholds = np.arange(0, 4, 0.01)
accuracies, chosen = [], []
for train, test in fold_indices(len(same), int(sys.argv[3]), given):
    on_train = [accuracy(t, distances[train], same[train]) for t in thresholds]
    best = thresholds[int(np.argmax(on_train))]
    chosen.append(best)
    accuracies.append(accuracy(best, distances[test], same[test]))
print(json.dumps({
    "accuracies": accuracies, "thresholds": chosen,
    "mean": float(np.mean(accuracies)), "std": float(np.std(accuracies)),
    "seconds": time.perf_counter() - start,
}))

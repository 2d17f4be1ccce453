"""Reference values of the k-fold protocol: NumPy's arithmetic on the features given, as the field computes them.

usage: reference.py features.npy labels.npy folds [given-folds.npy | -] [facenet | magface]

Prints JSON: accuracies and thresholds of the folds. With an order the mean of the other folds is subtracted and features
are compared by angle: facenet's from unit features, magface's (eval_1v1.py) from the features as they are.
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
given = np.load(sys.argv[4]) if len(sys.argv) > 4 and sys.argv[4] != '-' else None
order = sys.argv[5] if len(sys.argv) > 5 else None
start = time.perf_counter()
if order != "magface":
    features = features / np.linalg.norm(features, axis=1, keepdims=True)
first, second = features[0::2], features[1::2]


def centred_angles(train):
    mean = np.mean(np.concatenate([first[train], second[train]]), axis=0)
    a, b = first - mean, second - mean
    cosine = np.sum(a * b, axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return np.arccos(np.clip(cosine, -1, 1)) / np.pi


distances = np.sum(np.square(first - second), 1)
thresholds = np.arange(0, 4, 0.01)
accuracies, chosen = [], []
for train, test in fold_indices(len(same), int(sys.argv[3]), given):
    if order is not None:
        distances = centred_angles(train)
    on_train = [accuracy(t, distances[train], same[train]) for t in thresholds]
    best = thresholds[int(np.argmax(on_train))]
    chosen.append(best)
    accuracies.append(accuracy(best, distances[test], same[test]))
print(json.dumps({
    "accuracies": accuracies, "thresholds": chosen,
    "mean": float(np.mean(accuracies)), "std": float(np.std(accuracies)),
    "seconds": time.perf_counter() - start,
}))

"""Measures the trained networks on identities that no training saw (the first 200 of the dumps), and prints JSON.

    /usr/bin/python3 training/evaluate.py --data DUMP.. --recogniser-a RUN --recogniser-b RUN --generator RUN \\
        --attributes RUN
"""
import argparse
import json
from pathlib import Path
from typing import Dict

import numpy as np
import torch

from architectures.attribute_network import AttributeNetwork
from architectures.recogniser import Recogniser
from architectures.vec2face import Vec2Face, draw_masks
from attributes import POSE_COLUMNS, target_norm
from data import HELD_OUT, FaceDump, open_dumps, to_input
from generator import load_recogniser, rows_to_learn_from, with_noise
from identity_vectors import VectorSampler, effective_dimensions, features_of


def unit(features: np.ndarray) -> np.ndarray:
    return features / np.linalg.norm(features, axis=1, keepdims=True)


def best_accuracy(same: np.ndarray, different: np.ndarray) -> float:
    """Accuracy at the best single threshold, as many same as different pairs."""
    scores = np.concatenate((same, different))
    labels = np.concatenate((np.ones(len(same)), np.zeros(len(different))))[np.argsort(-scores, kind='stable')]
    correct = np.cumsum(labels) + len(different) - np.cumsum(1 - labels)
    return float(correct.max() / len(scores))


def verification(features: np.ndarray, identity: np.ndarray, allowed: np.ndarray, random: np.random.Generator,
                 pairs: int = 3000) -> float:
    """Random same and different pairs among the allowed rows; NaN where there are too few."""
    rows = np.flatnonzero(allowed)
    if len(rows) < 100:
        return float('nan')
    features = unit(features)
    first = random.choice(rows, pairs)
    second = np.array([random.choice(rows[(identity[rows] == identity[row]) & (rows != row)], 1)[0]
                       if ((identity[rows] == identity[row]) & (rows != row)).any() else -1 for row in first])
    kept = second >= 0
    same = (features[first[kept]] * features[second[kept]]).sum(1)
    a, b = random.choice(rows, pairs), random.choice(rows, pairs)
    apart = identity[a] != identity[b]
    return best_accuracy(same, (features[a[apart]] * features[b[apart]]).sum(1))


def cosines_between(features: np.ndarray) -> Dict[str, float]:
    """How similar different identities' features are."""
    similarity = unit(features) @ unit(features).T
    upper = similarity[np.triu_indices(len(features), 1)]
    np.fill_diagonal(similarity, -1)
    nearest = similarity.max(1)
    return {
        'count': len(features),
        'mean': float(upper.mean()),
        'deviation': float(upper.std()),
        'percentile_99.9': float(np.percentile(upper, 99.9)),
        'median_of_highest': float(np.median(nearest)),
        'separable_at_0.4': float((nearest < 0.4).mean()),
        'effective_dimensions': effective_dimensions(features),
    }


def evaluate_recogniser(recogniser: Recogniser, dump: FaceDump, rows: np.ndarray, mirrored: bool) -> Dict[str, object]:
    """`mirrored`: the feature of the mirrored image is added, as the exported descriptor says."""
    random = np.random.default_rng(7)
    features = features_of(recogniser, dump, rows)
    if mirrored:
        features += mirrored_features(recogniser, dump, rows)
    identity = dump.identity[rows]
    yaw = np.abs(dump.attributes[rows, dump.column('yaw')])
    quality = dump.attributes[rows, dump.column('quality')]
    good = rows_to_learn_from(dump, 25, 0.6)[rows]
    means = np.stack([features[identity == i].mean(0) for i in np.unique(identity)])
    return {
        'accuracy_all': verification(features, identity, np.ones(len(rows), bool), random),
        'accuracy_mild': verification(features, identity, good, random),
        'accuracy_yaw_above_40': verification(features, identity, yaw > 40, random),
        'accuracy_quality_below_0.4': verification(features, identity, quality < 0.4, random),
        'identity_features': cosines_between(means),
    }


@torch.no_grad()
def mirrored_features(recogniser: Recogniser, dump: FaceDump, rows: np.ndarray) -> np.ndarray:
    return np.concatenate([recogniser(to_input(dump.images[rows[at:at + 64]]).flip(3)).numpy()
                           for at in range(0, len(rows), 64)])


@torch.no_grad()
def generate(generator: Vec2Face, vectors: np.ndarray, sigma: float, seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    images = []
    for at in range(0, len(vectors), 64):
        vector = torch.from_numpy(vectors[at:at + 64])
        dropped, masked = draw_masks(len(vector), random)
        moved = with_noise(vector, torch.full((len(vector), 1), sigma), random) if sigma > 0 else vector
        images.append(generator(moved, dropped, masked))
    # What a recogniser sees later is a picture of 8 bits.
    return (torch.cat(images).clamp(-1, 1) * 127.5 + 127.5).round() / 127.5 - 1


@torch.no_grad()
def features_of_images(recogniser: Recogniser, images: torch.Tensor) -> np.ndarray:
    return np.concatenate([recogniser(part).numpy() for part in images.split(64)])


def evaluate_generator(generator: Vec2Face, recognisers: Dict[str, Recogniser], vectors: np.ndarray,
                       images: int = 8) -> Dict[str, object]:
    """Fidelity, similarity within an identity for several sigmas, and separability of the generated identities."""
    result: Dict[str, object] = {}
    still = generate(generator, vectors, 0, 1)
    few = vectors[:200]
    repeated = np.repeat(few, images, 0)
    varied = {sigma: generate(generator, repeated, sigma, 2) for sigma in (0.0, 0.3, 0.5, 0.7, 0.9)}
    for name, recogniser in recognisers.items():
        features = features_of_images(recogniser, still)
        within = {}
        for sigma, pictures in varied.items():
            own = unit(features_of_images(recogniser, pictures)).reshape(len(few), images, -1)
            similarity = own @ own.transpose(0, 2, 1)
            within[str(sigma)] = float(similarity[:, ~np.eye(images, dtype=bool)].mean())
        result[name] = {'between': cosines_between(features), 'within_by_sigma': within}
        if name == 'a':
            result['asked_and_got_cosine'] = float((unit(features) * unit(vectors)).sum(1).mean())
    return result


@torch.no_grad()
def evaluate_attributes(network: AttributeNetwork, dump: FaceDump, rows: np.ndarray) -> Dict[str, float]:
    """Errors of pose and quality, and how much of what can differ the demo-FID features explain."""
    outputs = [network(to_input(dump.images[rows[at:at + 64]])) for at in range(0, len(rows), 64)]
    out = {name: torch.cat([part[name] for part in outputs]).numpy() for name in outputs[0]}
    true_pose = dump.attributes[rows][:, [dump.column(name) for name in POSE_COLUMNS]]
    error = np.abs(out['pose'] - true_pose)
    quality = torch.from_numpy(dump.attributes[rows, dump.column('quality')])
    norm = np.linalg.norm(out['quality'], axis=1)
    scaled = (dump.attributes - dump.attributes.mean(0)) / np.maximum(dump.attributes.std(0), 1e-6)

    def explained(estimate: np.ndarray, truth: np.ndarray) -> float:
        return float((1 - np.square(estimate - truth).mean(0) / np.maximum(truth.var(0), 1e-6)).mean())

    return {
        'yaw mean error, degrees': float(error[:, 0].mean()),
        'pitch mean error, degrees': float(error[:, 1].mean()),
        'roll mean error, degrees': float(error[:, 2].mean()),
        'yaw mean error beyond 40 degrees': float(error[np.abs(true_pose[:, 0]) > 40, 0].mean()),
        'quality: correlation of norm and truth': float(np.corrcoef(norm, quality.numpy())[0, 1]),
        'quality: mean error of the norm': float(np.abs(norm - target_norm(quality).numpy()).mean()),
        'attributes: mean share of variance explained': explained(out['attributes'], scaled[rows]),
        'identity parameters: mean share of variance explained':
            explained(out['parameters'], dump.parameters[dump.identity[rows]]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, nargs='+', help='one or more dumps')
    parser.add_argument('--recogniser-a')
    parser.add_argument('--attributes')
    parser.add_argument('--recogniser-b')
    parser.add_argument('--generator')
    parser.add_argument('--vectors', type=int, default=1000)
    parser.add_argument('--limit', type=float, default=0.3)
    parser.add_argument('--threads', type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    dump = open_dumps(args.data)
    rows = np.flatnonzero(dump.identity < HELD_OUT)
    given = {'a': args.recogniser_a, 'b': args.recogniser_b}
    recognisers = {name: load_recogniser(run, name) for name, run in given.items() if run}
    result: Dict[str, object] = {'held_out_identities': HELD_OUT}
    result.update({name: evaluate_recogniser(model, dump, rows, mirrored=name == 'b') for name, model in recognisers.items()})
    if args.attributes:
        weights = torch.load(Path(args.attributes) / 'checkpoint.pt')['parts']['network']
        network = AttributeNetwork(len(weights['attributes.weight']), len(weights['parameters_head.weight']))
        network.load_state_dict(weights)
        result['attributes'] = evaluate_attributes(network.eval(), dump, rows)
    if args.generator:
        generator = Vec2Face()
        generator.load_state_dict(torch.load(Path(args.generator) / 'checkpoint.pt')['parts']['average'])
        sampler = VectorSampler(np.load(Path(args.generator) / 'identity-features.npy'))
        vectors, drawn = sampler.draw_apart(args.vectors, args.limit, np.random.default_rng(11))
        result['sampled_vectors'] = {'kept': len(vectors), 'drawn': drawn}
        result['generator'] = evaluate_generator(generator.eval().to(memory_format=torch.channels_last), recognisers, vectors)
    print(json.dumps(result, indent=1))


if __name__ == '__main__':
    main()

"""Trains a demo recogniser with a margin softmax.

    /usr/bin/python3 training/recogniser.py --data DUMP.. --out RUN --network a --loss arcface --prototypes parameters
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from architectures.recogniser import FEATURE_SIZE, RECOGNISERS
from data import HELD_OUT, batches, open_dumps
from margin_softmax import (MARGINS, PrototypeMap, PrototypeTable, identities_to_compare, margin_loss)
from training_run import Run, mixed_precision, warm_up_and_cosine


def crowding(vectors: torch.Tensor) -> torch.Tensor:
    """Mean squared cosine of all pairs: 1/k where the vectors use k directions evenly. 1/512 is the best there is."""
    unit = functional.normalize(vectors)
    cosine = unit @ unit.t()
    return (cosine.square().sum() - len(unit)) / (len(unit) * (len(unit) - 1))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, nargs='+', help='one or more dumps')
    parser.add_argument('--out', required=True)
    parser.add_argument('--network', choices=sorted(RECOGNISERS), default='a')
    parser.add_argument('--loss', choices=sorted(MARGINS), default='arcface')
    parser.add_argument('--prototypes', choices=['table', 'parameters'], default='parameters')
    parser.add_argument('--margin', type=float, default=0.3)
    parser.add_argument('--scale', type=float, default=24.0)
    parser.add_argument('--compared', type=int, default=1024, help='identities in the softmax of one step')
    parser.add_argument('--parameter-weight', type=float, default=4.0, help='weight of regressing identity parameters')
    parser.add_argument('--crowding-weight', type=float, default=20.0, help='weight of the mean squared cosine of prototypes, and of features')
    parser.add_argument('--mirrored', action='store_true', help='half of the images mirrored, as if that were the same person')
    parser.add_argument('--batch', type=int, default=128)
    parser.add_argument('--steps', type=int, default=2600)
    parser.add_argument('--rate', type=float, default=3e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--float32', action='store_true', help='no bfloat16 in matrix products')
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    dump = open_dumps(args.data)
    identities = dump.identities - HELD_OUT
    rows = np.flatnonzero(dump.identity >= HELD_OUT)
    parameters = torch.from_numpy(dump.parameters)[HELD_OUT:]

    network = RECOGNISERS[args.network]().to(memory_format=torch.channels_last)
    prototypes = PrototypeMap(parameters) if args.prototypes == 'parameters' else PrototypeTable(identities)
    regress = nn.Linear(FEATURE_SIZE, parameters.shape[1])
    weights = [p for part in (network, prototypes, regress) for p in part.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=args.rate, weight_decay=0.02, betas=(0.9, 0.98))
    run = Run(args.out, {'network': network, 'prototypes': prototypes, 'regress': regress, 'optimiser': optimiser},
              vars(args))

    for batch in batches(dump, rows, args.batch, args.seed, run.step, flip=args.mirrored, jitter=True):
        if run.step >= args.steps:
            break
        for group in optimiser.param_groups:
            group['lr'] = args.rate * warm_up_and_cosine(run.step, args.steps, 100)
        # The margin grows over the first third: at full size from the start it would stop the angles from forming.
        margin = args.margin * min(1.0, run.step / (args.steps / 3))
        identity = batch.identity - HELD_OUT
        with mixed_precision(args.float32):
            feature = network(batch.image).float()
        generator = torch.Generator().manual_seed(args.seed * 1_000_003 + run.step)
        compared, target = identities_to_compare(identity, identities, args.compared, generator)
        table = prototypes(compared)
        softmax = margin_loss(args.loss, feature, table, target, args.scale, margin)
        # A mirrored face has its left and right parameters swapped, so only the others are regressed.
        straight = ~batch.flipped
        regression = functional.mse_loss(regress(feature[straight]), parameters[identity[straight]])
        crowded, crowded_features = crowding(table[:512]), crowding(feature)
        loss = softmax + args.parameter_weight * regression + args.crowding_weight * (crowded + crowded_features)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 5.0)
        optimiser.step()
        run.record(args.batch, softmax=softmax.item(), regression=regression.item(), crowding=crowded.item(),
                   crowding_of_features=crowded_features.item())
    run.save()


if __name__ == '__main__':
    main()

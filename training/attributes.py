"""Trains the small network behind the demo pose model, quality model and demo-FID features, in one pass over the data.

    /usr/bin/python3 training/attributes.py --data DUMP.. --out RUN
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from architectures.attribute_network import AttributeNetwork
from data import HELD_OUT, batches, open_dumps
from training_run import Run, mixed_precision, warm_up_and_cosine

QUALITY_LOW, QUALITY_HIGH = 18.0, 35.0
POSE_COLUMNS = ('yaw', 'pitch', 'roll')


def target_norm(quality: torch.Tensor) -> torch.Tensor:
    """Quality 0..1 as a length: 18 for the worst image, 35 for the best, near MagFace's range."""
    return QUALITY_LOW + (QUALITY_HIGH - QUALITY_LOW) * quality


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, nargs='+', help='one or more dumps')
    parser.add_argument('--out', required=True)
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--steps', type=int, default=4000)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=3)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--float32', action='store_true', help='no bfloat16 in matrix products')
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    dump = open_dumps(args.data)
    rows = np.flatnonzero(dump.identity >= HELD_OUT)
    parameters = torch.from_numpy(dump.parameters)
    mean = torch.from_numpy(dump.attributes.mean(0))
    deviation = torch.from_numpy(dump.attributes.std(0)).clamp_min(1e-6)
    pose_columns = [dump.column(name) for name in POSE_COLUMNS]
    quality_column = dump.column('quality')

    network = AttributeNetwork(len(dump.attribute_names), parameters.shape[1]).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=args.rate, weight_decay=0.01, betas=(0.9, 0.98))
    run = Run(args.out, {'network': network, 'optimiser': optimiser}, vars(args))
    for batch in batches(dump, rows, args.batch, args.seed, run.step):
        if run.step >= args.steps:
            break
        for group in optimiser.param_groups:
            group['lr'] = args.rate * warm_up_and_cosine(run.step, args.steps, 50)
        with mixed_precision(args.float32):
            out = {name: value.float() for name, value in network(batch.image).items()}
        # Of a mirrored face only the pose is known for certain: yaw and roll change their sign.
        straight = ~batch.flipped
        pose = functional.smooth_l1_loss(out['pose'], batch.attributes[:, pose_columns], beta=3.0)
        norm = out['quality'].norm(dim=1)
        quality = functional.smooth_l1_loss(norm, target_norm(batch.attributes[:, quality_column]))
        attributes = functional.mse_loss(out['attributes'][straight], ((batch.attributes - mean) / deviation)[straight])
        identity = functional.mse_loss(out['parameters'][straight], parameters[batch.identity[straight]])
        loss = 0.2 * pose + 0.2 * quality + attributes + identity
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        run.record(args.batch, pose=pose.item(), quality=quality.item(), attributes=attributes.item(),
                   identity=identity.item())
    run.save()


if __name__ == '__main__':
    main()

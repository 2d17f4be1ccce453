"""Trains the demo generator: recogniser A's features are turned back into faces, with the paper's losses.

    /usr/bin/python3 training/generator.py --data DUMP.. --recogniser RUN_A --out RUN

Reconstruction (L1 and squared error), identity (1 - cosine of A's features), perceptual (A's maps, unit length over
channels, as LPIPS) and, for the last part of the training, a patch discriminator. The vector is A's feature as it
comes, not normalised. Part of each batch gets noise as at generation time, and part are vectors drawn from the PCA of
identity features, which have no picture and so only the identity and the discriminator's loss.
"""
import argparse
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from architectures.patch_discriminator import PatchDiscriminator, discriminator_loss
from architectures.recogniser import RECOGNISERS, Recogniser
from architectures.residual_network import fold_norms
from architectures.vec2face import Vec2Face, draw_masks
from data import HELD_OUT, FaceDump, batches, open_dumps
from identity_vectors import VectorSampler, identity_features
from training_run import Run, mixed_precision, warm_up_and_cosine


def load_recogniser(run: str, network: str) -> Recogniser:
    """The trained network, frozen and folded."""
    recogniser = RECOGNISERS[network]()
    recogniser.load_state_dict(torch.load(Path(run) / 'checkpoint.pt')['parts']['network'])
    recogniser = recogniser.to(memory_format=torch.channels_last).eval().requires_grad_(False)
    fold_norms(recogniser.trunk)
    return recogniser


def rows_to_learn_from(dump: FaceDump, yaw_limit: float, least_quality: float) -> np.ndarray:
    """[rows] bool: what a generated face should look like: seen well enough, not in extreme profile."""
    yaw = np.abs(dump.attributes[:, dump.column('yaw')])
    return (yaw <= yaw_limit) & (dump.attributes[:, dump.column('quality')] >= least_quality)


def with_noise(vector: Tensor, sigma: Tensor, generator: torch.Generator) -> Tensor:
    """v' = (v + e) |v| / |v + e|, e ~ N(0, sigma^2): the paper's perturbation. `sigma` is [B,1]."""
    moved = vector + sigma * torch.randn(vector.shape, generator=generator)
    return moved * (vector.norm(dim=1, keepdim=True) / moved.norm(dim=1, keepdim=True))


def perceptual_loss(generated, real, count: int) -> Tensor:
    """Mean over stages of the squared distance between unit channel vectors, place by place."""
    total = torch.zeros(())
    for a, b in zip(generated, real):
        difference = functional.normalize(a[:count].float(), dim=1, eps=1e-4) - functional.normalize(b.float(), dim=1, eps=1e-4)
        total = total + difference.square().sum(1).mean()
    return total / len(real)


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Moves the averaged network, buffers included, towards the trained one."""
    for a, b in zip(average.state_dict().values(), network.state_dict().values()):
        if a.dtype.is_floating_point:
            a.lerp_(b, 1 - decay)
        else:
            a.copy_(b)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, nargs='+', help='one or more dumps')
    parser.add_argument('--recogniser', required=True, help="recogniser A's run")
    parser.add_argument('--out', required=True)
    parser.add_argument('--batch', type=int, default=32, help='rendered images a step')
    parser.add_argument('--free', type=int, default=16, help='sampled vectors a step')
    parser.add_argument('--sampled-from', type=int, default=2000, help='identities whose features the PCA is fitted to')
    parser.add_argument('--noisy', type=float, default=0.5, help='share of the rendered images whose vector gets noise')
    parser.add_argument('--steps', type=int, default=5500)
    parser.add_argument('--discriminator-from', type=float, default=0.6, help='share of the steps without it')
    parser.add_argument('--reconstruction-weight', type=float, default=2.0)
    parser.add_argument('--identity-weight', type=float, default=2.0)
    parser.add_argument('--perceptual-weight', type=float, default=1.0)
    parser.add_argument('--adversarial-weight', type=float, default=0.05)
    parser.add_argument('--yaw-limit', type=float, default=35.0)
    parser.add_argument('--least-quality', type=float, default=0.6)
    parser.add_argument('--rate', type=float, default=1e-3)
    parser.add_argument('--seed', type=int, default=4)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--float32', action='store_true', help='no bfloat16 in matrix products')
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    dump = open_dumps(args.data)
    recogniser = load_recogniser(args.recogniser, 'a')
    allowed = rows_to_learn_from(dump, args.yaw_limit, args.least_quality)
    trained = dump.identity >= HELD_OUT
    rows = np.flatnonzero(allowed & trained)

    cache = Path(args.out) / 'identity-features.npy'
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, identity_features(recogniser, dump, np.unique(dump.identity[trained])[:args.sampled_from], 6, allowed))
    sampler = VectorSampler(np.load(cache))

    network = Vec2Face().to(memory_format=torch.channels_last)
    average = deepcopy(network).eval().requires_grad_(False)
    judge = PatchDiscriminator().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=args.rate, weight_decay=0.01, betas=(0.9, 0.98))
    judge_optimiser = torch.optim.Adam(judge.parameters(), lr=4e-4, betas=(0.5, 0.98))
    run = Run(args.out, {'network': network, 'average': average, 'judge': judge, 'optimiser': optimiser,
                         'judge_optimiser': judge_optimiser}, vars(args))

    for batch in batches(dump, rows, args.batch, args.seed, run.step):
        if run.step >= args.steps:
            break
        for group in optimiser.param_groups:
            group['lr'] = args.rate * warm_up_and_cosine(run.step, args.steps, 100)
        generator = torch.Generator().manual_seed(args.seed * 1_000_003 + run.step)
        with torch.no_grad(), mixed_precision(args.float32):
            real_maps, wanted = recogniser.maps_and_feature(batch.image)
            wanted = wanted.float()
        random = np.random.default_rng((args.seed, run.step, 2))
        wanted = torch.cat((wanted, torch.from_numpy(sampler.draw(args.free, random))))
        noisy = (torch.rand(len(wanted), 1, generator=generator) < args.noisy).float()
        sigma = noisy * torch.rand(len(wanted), 1, generator=generator) * 0.9
        dropped, masked = draw_masks(len(wanted), generator, mean=0.3)
        vector = with_noise(wanted, sigma, generator)
        with mixed_precision(args.float32):
            image = network(vector, dropped, masked).float()
            maps, feature = recogniser.maps_and_feature(image)
        feature = feature.float()

        difference = image[:args.batch] - batch.image
        reconstruction = difference.abs().mean() + difference.square().mean()
        identity = (1 - functional.cosine_similarity(feature, wanted)).mean()
        perceptual = perceptual_loss(maps, real_maps, args.batch)
        loss = (args.reconstruction_weight * reconstruction + args.identity_weight * identity
                + args.perceptual_weight * perceptual)
        judged = run.step >= args.steps * args.discriminator_from
        with mixed_precision(args.float32):
            adversarial = -judge(image).float().mean() if judged else torch.zeros(())
        optimiser.zero_grad(set_to_none=True)
        (loss + args.adversarial_weight * adversarial).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        # The judge learns a little before its opinion counts.
        judging = torch.zeros(())
        if run.step >= args.steps * (args.discriminator_from - 0.05):
            with mixed_precision(args.float32):
                judging = discriminator_loss(judge(batch.image).float(), judge(image.detach()).float())
            judge_optimiser.zero_grad(set_to_none=True)
            judging.backward()
            judge_optimiser.step()
        follow(average, network, min(0.99, run.step / (run.step + 10)))
        free = functional.cosine_similarity(feature[args.batch:], wanted[args.batch:]).mean()
        run.record(args.batch + args.free, reconstruction=reconstruction.item(), identity=identity.item(),
                   perceptual=perceptual.item(), adversarial=adversarial.item(), judging=judging.item(),
                   sampled_cosine=free.item())
    run.save()


if __name__ == '__main__':
    main()

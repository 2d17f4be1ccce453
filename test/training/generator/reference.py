"""Twenty steps of training a small Vec2Face in PyTorch: python reference.py FOLDER DISCRIMINATOR JUDGING

Writes generator.pth and discriminator.pth (fresh weights under the authors' names), recogniser.onnx (a random network whose
maps are outputs too) and steps.npz: what goes into each step, and the losses that came out of it.
"""
import sys
import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from networks import TOKENS, CrossEmbedding, Recogniser, Spectral, Vec2Face, perceptual, structure

warnings.filterwarnings('ignore')
torch.manual_seed(0)
torch.set_num_threads(1)
folder, kind, judging = sys.argv[1:4]
STEPS, PAIRED, FREE, SIZE = int(sys.argv[4]), 1, 1, 32
# The way of a training is chaotic: PyTorch in float32 leaves PyTorch in float64 by 1e-3 after 20 steps at 2e-4, by 5e-4 at
# 5e-5. So the rate grows from nothing, as in the authors' recipe.
RATE = 3e-5
# Small discriminators judge smaller images.
SIDE = 56 if kind == 'cross-embedding' else 28


def judge(real, generated):
    if judging == 'least-squares':
        return 0.5 * ((real - 1).square().mean() + generated.square().mean())
    if judging == 'hinge':
        return 0.5 * (F.relu(1 - real).mean() + F.relu(1 + generated).mean())
    return 0.5 * (F.softplus(-real).mean() + F.softplus(generated).mean())


generator = Vec2Face(SIZE, 48, 2, 32, (32, 32, 32, 64) if SIDE == 56 else (32, 32, 64), 1)
recogniser = Recogniser(SIZE, SIDE).eval().requires_grad_(False)
discriminator = CrossEmbedding(16) if kind == 'cross-embedding' else Spectral(8)
torch.save(generator.state_dict(), folder + '/generator.pth')
torch.save(discriminator.state_dict(), folder + '/discriminator.pth')
torch.onnx.export(recogniser, torch.zeros(PAIRED, 3, SIDE, SIDE), folder + '/recogniser.onnx', input_names=['image'],
                  output_names=['feature', 'first', 'second'], dynamic_axes={'image': {0: 'batch'}}, opset_version=13)

optimiser = torch.optim.AdamW(generator.parameters(), lr=RATE, betas=(0.9, 0.99))
judge_optimiser = torch.optim.AdamW(discriminator.parameters(), lr=RATE, betas=(0.9, 0.99))
out = {name: [] for name in ('real', 'free', 'noise', 'dropped', 'masked')}
losses = {name: [] for name in ('reconstruction', 'identity', 'perceptual', 'structure', 'adversarial', 'total', 'judging')}
ROWS = PAIRED + FREE
for step in range(STEPS):
    for group in optimiser.param_groups + judge_optimiser.param_groups:
        group['lr'] = RATE * (step + 1) / STEPS
    real = F.interpolate(torch.rand(PAIRED, 3, 7, 7), size=(SIDE, SIDE), mode='bilinear') * 2 - 1
    free = torch.randn(FREE, SIZE)
    noise = torch.randn(ROWS, SIZE) * torch.tensor([0.0, 0.9])[:, None]
    dropped, masked = torch.zeros(ROWS, TOKENS, dtype=torch.bool), torch.zeros(ROWS, TOKENS, dtype=torch.bool)
    for row in range(ROWS):
        order = torch.randperm(TOKENS - 1) + 1
        dropped[row, order[:5]] = True
        masked[row, order[:5 + 3 * row + step % 4]] = True
    for name, value in (('real', real), ('free', free), ('noise', noise), ('dropped', dropped), ('masked', masked)):
        out[name].append(value.numpy())

    known, *real_maps = recogniser(real)
    wanted = torch.cat([known, free])
    moved = wanted + noise
    vector = moved * (wanted.norm(dim=1, keepdim=True) / moved.norm(dim=1, keepdim=True))
    image = generator(vector, dropped, masked)
    feature, *maps = recogniser(image)
    # The power iteration goes on once a step: later calls of a step leave it where it is.
    discriminator.train()
    scores = discriminator(image)
    discriminator.eval()
    values = {
        'reconstruction': (image[:PAIRED] - real).square().mean() + 0.5 * (image[:PAIRED] - real).abs().mean(),
        'identity': (1 - F.cosine_similarity(feature, wanted)).mean(),
        'perceptual': perceptual([x[:PAIRED] for x in maps], real_maps),
        'structure': structure(image[:PAIRED], real),
        'adversarial': -scores.mean(),
    }
    weights = {'reconstruction': 1, 'identity': 2, 'perceptual': 0.2, 'structure': 0.1, 'adversarial': 0.3}
    values['total'] = sum(weights[name] * value for name, value in values.items())
    gradients = torch.autograd.grad(values['total'], list(generator.parameters()))
    values['judging'] = judge(discriminator(real), discriminator(image.detach()))
    judge_optimiser.zero_grad()
    values['judging'].backward()
    for parameter, gradient in zip(generator.parameters(), gradients):
        parameter.grad = gradient
    nn.utils.clip_grad_norm_(generator.parameters(), 2.0)
    nn.utils.clip_grad_norm_(discriminator.parameters(), 2.0)
    optimiser.step()
    judge_optimiser.step()
    for name, value in values.items():
        losses[name].append(value.item())
np.savez(folder + '/steps.npz', **{name: np.stack(value) for name, value in out.items()},
         **{'loss_' + name: np.array(value) for name, value in losses.items()})

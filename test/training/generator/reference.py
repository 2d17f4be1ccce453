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

warnings.filterwarnings('ignore')
torch.manual_seed(0)
torch.set_num_threads(1)
folder, kind, judging = sys.argv[1:4]
STEPS, PAIRED, FREE, SIZE, TOKENS = int(sys.argv[4]), 1, 1, 32, 50
# The way of a training is chaotic: PyTorch in float32 leaves PyTorch in float64 by 1e-3 after 20 steps at 2e-4, by 5e-4 at
# 5e-5. So the rate grows from nothing, as in the authors' recipe.
RATE = 3e-5
# Small discriminators judge smaller images.
SIDE = 56 if kind == 'cross-embedding' else 28


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        shares = (q @ k.transpose(-2, -1) / (w // self.heads) ** 0.5).softmax(-1)
        return self.proj((shares @ v).transpose(1, 2).reshape(b, n, w))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn, self.mlp = Attention(width, heads), Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Residual(nn.Module):
    """The shortcut of the authors' code is of the result, not of what goes in."""

    def __init__(self, a, b):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(32, a, eps=1e-6), nn.GroupNorm(32, b, eps=1e-6)
        self.conv1 = nn.Conv2d(a, b, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(b, b, 3, padding=1, bias=False)
        if a != b:
            self.nin_shortcut = nn.Conv2d(b, b, 1, bias=False)

    def forward(self, x):
        h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return (self.nin_shortcut(h) if hasattr(self, 'nin_shortcut') else x) + h


class ImageDecoder(nn.Module):
    def __init__(self, channels, widths, blocks):
        super().__init__()
        width = widths[-1]
        self.conv_in = nn.Conv2d(channels, width, 3, padding=1)
        self.mid = nn.Module()
        self.mid.block_1, self.mid.block_2 = Residual(width, width), Residual(width, width)
        levels = []
        for level in reversed(range(len(widths))):
            up = nn.Module()
            up.block = nn.ModuleList()
            for _ in range(blocks):
                up.block.append(Residual(width, widths[level]))
                width = widths[level]
            if level > 0:
                up.upsample = nn.Module()
                up.upsample.conv = nn.Conv2d(width, width, 3, padding=1)
            levels.insert(0, up)
        self.up = nn.ModuleList(levels)
        self.norm_out = nn.GroupNorm(32, width, eps=1e-6)
        self.conv_out = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x):
        h = self.mid.block_2(self.mid.block_1(self.conv_in(x)))
        for level in reversed(range(len(self.up))):
            for block in self.up[level].block:
                h = block(h)
            if level > 0:
                h = self.up[level].upsample.conv(F.interpolate(h, scale_factor=2.0, mode='nearest'))
        return self.conv_out(F.silu(self.norm_out(h)))


class Vec2Face(nn.Module):
    def __init__(self, size, width, heads, channels, widths, blocks):
        super().__init__()
        self.latent_prior_proj_f = nn.Linear(size, width)
        self.feature_token = nn.Linear(1, TOKENS - 1)
        self.token_emb = nn.Module()
        self.token_emb.position_embeddings = nn.Embedding(TOKENS, width)
        self.token_emb.LayerNorm = nn.LayerNorm(width, eps=1e-6)
        self.blocks = nn.ModuleList([Block(width, heads)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder_embed = nn.Linear(width, width)
        self.decoder_pos_embed_learned = nn.Parameter(0.02 * torch.randn(1, TOKENS, width))
        self.decoder_blocks = nn.ModuleList([Block(width, heads)])
        self.decoder_norm = nn.LayerNorm(width, eps=1e-6)
        self.im_decoder_proj = nn.Linear(width, channels)
        self.im_decoder = ImageDecoder(channels, widths, blocks)

    def forward(self, vector, dropped, masked):
        feature = self.latent_prior_proj_f(vector)
        token = feature.unsqueeze(1)
        places = self.feature_token(feature.unsqueeze(2)).transpose(1, 2)
        places = torch.where(masked[:, 1:, None], token, places)
        x = torch.cat([token, places], 1) + self.token_emb.position_embeddings.weight
        x = self.token_emb.LayerNorm(x)
        rows, _, width = x.shape
        x = x[~dropped].reshape(rows, -1, width)
        for block in self.blocks:
            x = block(x)
        x = self.decoder_embed(self.norm(x))
        whole = x[:, :1].repeat(1, TOKENS, 1)
        whole[~dropped] = x.reshape(-1, x.shape[2])
        x = torch.where(masked[:, :, None], x[:, :1], whole) + self.decoder_pos_embed_learned
        for block in self.decoder_blocks:
            x = block(x)
        grid = self.im_decoder_proj(self.decoder_norm(x)[:, 1:]).reshape(rows, 7, 7, -1).permute(0, 3, 1, 2)
        return self.im_decoder(grid)


class Recogniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 5, 4, 2)
        self.second = nn.Conv2d(8, 16, 3, 4, 1)
        self.last = nn.Linear(16 * (SIDE // 14) ** 2, SIZE)

    def forward(self, image):
        a = F.relu(self.first(image))
        b = F.relu(self.second(a))
        return 10 * self.last(b.flatten(1)), a, b


class CrossEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        first = nn.Module()
        first.convs = nn.ModuleList(
            nn.Conv2d(3, width // share, k, padding=(k - 1) // 2) for k, share in ((3, 2), (7, 4), (15, 4)))
        self.layers = nn.ModuleList([nn.ModuleList([first])])
        for level in range(3):
            a, b = width << level, width << (level + 1)
            residual = nn.Module()
            residual.block = nn.Module()
            residual.block.groupnorm, residual.block.project = nn.GroupNorm(8, b), nn.Conv2d(b, b, 3, padding=1)
            self.layers.append(nn.ModuleList([nn.Conv2d(a, b, 4, 2, 1), nn.Identity(), nn.GroupNorm(8, b), residual]))
        last = width << 3
        self.to_logits = nn.ModuleList([nn.Conv2d(last, last, 1), nn.Identity(), nn.Conv2d(last, 1, 4)])

    def forward(self, x):
        leaky = lambda value: F.leaky_relu(value, 0.1)
        x = leaky(torch.cat([conv(x) for conv in self.layers[0][0].convs], 1))
        for halve, _, norm, residual in self.layers[1:]:
            x = norm(leaky(halve(x)))
            x = x + residual.block.project(leaky(residual.block.groupnorm(x)))
        return self.to_logits[2](leaky(self.to_logits[0](x)))


class Spectral(nn.Module):
    def __init__(self, width):
        super().__init__()
        norm = nn.utils.spectral_norm
        self.enter = norm(nn.Conv2d(48, width, 3, padding=1))
        self.halve = norm(nn.Conv2d(width, 2 * width, 3, 2, 1))
        self.look = norm(nn.Conv2d(2 * width, 2 * width, 3, padding=1))
        self.score = norm(nn.Conv2d(2 * width, 1, 1))

    def forward(self, image):
        b, c, h, w = image.shape
        x = image.reshape(b, c, h // 4, 4, w // 4, 4).permute(0, 3, 5, 1, 2, 4).reshape(b, 48, h // 4, w // 4)
        for layer in (self.enter, self.halve, self.look):
            x = F.leaky_relu(layer(x), 0.2)
        return self.score(x)


def perceptual(a, b):
    unit = lambda x: x / x.norm(dim=1, keepdim=True).clamp(min=1e-6)
    return sum((unit(x) - unit(y)).square().sum(1).mean() for x, y in zip(a, b))


def structure(a, b):
    """1 - SSIM as pytorch-msssim computes it."""
    places = torch.arange(11) - 5.0
    window = torch.exp(-places ** 2 / (2 * 1.5 ** 2))
    window = (window / window.sum()).repeat(3, 1, 1, 1)
    blur = lambda x: F.conv2d(F.conv2d(x, window.transpose(2, 3), groups=3), window, groups=3)
    x, y = (a + 1) / 2, (b + 1) / 2
    mx, my = blur(x), blur(y)
    vx, vy, xy = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
    ssim = (2 * mx * my + 0.01 ** 2) / (mx * mx + my * my + 0.01 ** 2) * (2 * xy + 0.03 ** 2) / (vx + vy + 0.03 ** 2)
    return 1 - ssim.mean()


def judge(real, generated):
    if judging == 'least-squares':
        return 0.5 * ((real - 1).square().mean() + generated.square().mean())
    if judging == 'hinge':
        return 0.5 * (F.relu(1 - real).mean() + F.relu(1 + generated).mean())
    return 0.5 * (F.softplus(-real).mean() + F.softplus(generated).mean())


generator = Vec2Face(SIZE, 48, 2, 32, (32, 32, 32, 64) if SIDE == 56 else (32, 32, 64), 1)
recogniser = Recogniser().eval().requires_grad_(False)
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

"""Small networks of PyTorch as ONNX, with the gradients that autograd finds: python pytorch.py FOLDER writes NAME.onnx and
NAME.npz (inputs, cotangent, gradients of inputs and parameters by their names)."""
import json
import math
import os
import sys
import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

warnings.filterwarnings('ignore')
torch.manual_seed(0)
folder = sys.argv[1]


class Call(nn.Module):
    def __init__(self, call, **parts):
        super().__init__()
        self.call = call
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *x):
        return self.call(self, *x)


class Attention(nn.Module):
    """Cross attention with heads, as diffusion models have it."""

    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = nn.Linear(width, width), nn.Linear(context, width), nn.Linear(context, width)
        self.out = nn.Linear(width, width)

    def forward(self, x, c):
        b, n, w = x.shape
        split = lambda t: t.reshape(b, -1, self.heads, w // self.heads).transpose(1, 2)
        q, k, v = split(self.q(x)), split(self.k(c)), split(self.v(c))
        weights = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(w // self.heads), -1)
        return self.out((weights @ v).transpose(1, 2).reshape(b, n, w))


class Unet(nn.Module):
    """What a latent diffusion model is made of: time embedding, residual blocks, GEGLU, down and up."""

    def __init__(self):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 8))
        self.enter = nn.Conv2d(4, 8, 3, padding=1)
        self.norm1, self.norm2 = nn.GroupNorm(4, 8), nn.GroupNorm(2, 8, eps=1e-6)
        self.first, self.second = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.down = nn.Conv2d(8, 8, 3, stride=2, padding=1)
        self.normed = nn.LayerNorm(8)
        self.attention = Attention(8, 2, 6)
        self.wide = nn.Linear(8, 2 * 16)
        self.narrow = nn.Linear(16, 8)
        self.up = nn.Conv2d(8, 8, 3, padding=1)
        self.leave = nn.Conv2d(16, 4, 3, padding=1)

    def forward(self, x, t, c):
        frequencies = torch.exp(-math.log(10000) * torch.arange(8) / 8)
        angles = t[:, None] * frequencies[None]
        e = self.time(torch.cat([torch.cos(angles), torch.sin(angles)], -1))
        h = self.enter(x)
        r = self.first(F.silu(self.norm1(h))) + e[:, :, None, None]
        h = h + self.second(F.silu(self.norm2(r)))
        d = self.down(h)
        b, w, height, width = d.shape
        s = d.permute(0, 2, 3, 1).reshape(b, height * width, w)
        s = s + self.attention(self.normed(s), c)
        value, gate = self.wide(s).chunk(2, -1)
        s = s + self.narrow(value * F.gelu(gate))
        d = s.reshape(b, height, width, w).permute(0, 3, 1, 2)
        u = self.up(F.interpolate(d, scale_factor=2.0, mode='nearest'))
        return self.leave(torch.cat([u, h], 1))


def random(*shape):
    return torch.randn(*shape)


def clip_text(m, tokens):
    x = m.words(tokens) + m.places.weight[None, : tokens.shape[1]]
    mask = torch.full((tokens.shape[1], tokens.shape[1]), -1e4).triu(1)
    s = x @ x.transpose(1, 2) / 4 + mask
    x = x + torch.softmax(s, -1) @ x
    x = m.norm(x)
    x = x * torch.sigmoid(1.702 * x)
    return x[torch.arange(x.shape[0]), tokens.argmax(-1)]


def euler(m, six):
    a, b = six[:, :3], six[:, 3:]
    x = a / a.norm(dim=1, keepdim=True)
    z = torch.cross(x, b)
    z = z / z.norm(dim=1, keepdim=True)
    y = torch.cross(z, x)
    r = torch.stack([x, y, z], 2)
    s = torch.sqrt(r[:, 0, 0] ** 2 + r[:, 1, 0] ** 2)
    return torch.stack([torch.atan(r[:, 2, 1] / r[:, 2, 2]), torch.atan(-r[:, 2, 0] / s), torch.acos(r[:, 0, 0] * 0.9)], 1)


conv = nn.Conv2d
CASES = {
    'convolution': (nn.Sequential(conv(3, 6, 3, padding=1), conv(6, 4, 3, stride=2, padding=1), conv(4, 4, (3, 1), dilation=2, bias=False)), [random(2, 3, 11, 10)]),
    'convolution in groups': (nn.Sequential(conv(4, 8, 3, padding=1, groups=2), conv(8, 8, 3, padding=1, groups=8), conv(8, 5, 1, stride=2)), [random(2, 4, 7, 8)]),
    'convolution of one axis': (nn.Sequential(nn.Conv1d(3, 4, 3, padding=2, stride=2), nn.ConvTranspose1d(4, 2, 3, stride=2, padding=1)), [random(2, 3, 9)]),
    'transposed convolution': (nn.Sequential(nn.ConvTranspose2d(4, 6, 4, stride=2, padding=1), nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1, groups=2)), [random(2, 4, 5, 4)]),
    'linear': (nn.Sequential(nn.Linear(7, 9), nn.PReLU(9), nn.Linear(9, 4)), [random(5, 7)]),
    'batch normalisation': (nn.Sequential(conv(3, 4, 3), nn.BatchNorm2d(4), nn.PReLU(4), nn.Flatten(), nn.Linear(4 * 16, 5), nn.BatchNorm1d(5)), [random(3, 3, 6, 6)]),
    'layer normalisation': (nn.Sequential(nn.LayerNorm(6), nn.Linear(6, 6), nn.GELU(), nn.LayerNorm([3, 6])), [random(2, 3, 6)]),
    'group and instance normalisation': (nn.Sequential(nn.GroupNorm(2, 4), nn.SiLU(), nn.InstanceNorm2d(4, affine=True)), [random(2, 4, 5, 3)]),
    'pools': (nn.Sequential(nn.MaxPool2d(3, stride=2, padding=1), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1)), [random(2, 3, 12, 12)]),
    'average pool over padding': (nn.Sequential(nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.AvgPool2d(3, 1, 1)), [random(2, 3, 9, 8)]),
    'resizing': (Call(lambda m, x: F.interpolate(F.interpolate(F.interpolate(x, scale_factor=2.0), size=(9, 7), mode='bilinear', align_corners=False), size=(5, 6), mode='bicubic', align_corners=True)), [random(1, 2, 4, 5)]),
    'pixel shuffle': (Call(lambda m, x: F.pixel_shuffle(x, 2)), [random(2, 8, 3, 2)]),
    'activations': (Call(lambda m, x: F.leaky_relu(x, 0.2) + F.elu(x) + F.softplus(x) + F.hardswish(x) + torch.tanh(x) + F.relu6(x) + torch.erf(x) + torch.clamp(x, -0.5, 0.7)), [random(4, 5)]),
    'softmax': (Call(lambda m, x: torch.softmax(x, 1) * F.log_softmax(x, -1)), [random(3, 4, 5)]),
    'norms and reductions': (Call(lambda m, x: x.norm(dim=1) + x.amax(1) + x.mean(1) + x.var(1, unbiased=False) + x.logsumexp(1) + x.abs().sum(1)), [random(3, 4, 5)]),
    'cosine': (Call(lambda m, x, y: F.cosine_similarity(x, y)), [random(4, 8), random(4, 8)]),
    'attention': (nn.MultiheadAttention(8, 2, batch_first=True), [random(2, 5, 8), random(2, 5, 8), random(2, 5, 8)]),
    'transformer': (nn.TransformerEncoderLayer(8, 2, 16, dropout=0, batch_first=True, activation='gelu'), [random(2, 5, 8)]),
    'cropping and padding': (Call(lambda m, x: F.pad(x[:, :, 1:-1, ::2], (1, 2, 0, 1)) + F.pad(x, (1, 1, 2, 0), mode='reflect')[:, :, :5, :6]), [random(1, 2, 6, 6)]),
    'picking': (Call(lambda m, x: torch.cat([x[:, [0, 2, 2]], x.flip(1)[:, :1], x.repeat(1, 2, 1)[:, 3:5]], 1).gather(2, torch.tensor([[[0, 1, 1]] * 6] * 2))), [random(2, 4, 3)]),
    'places': (Call(lambda m, x, y: torch.where(x > 0, x, y) + torch.maximum(x, y) - torch.minimum(x, y.expand(3, 4)) ** 2), [random(3, 4), random(1, 4)]),
    'powers': (Call(lambda m, x: x.abs() ** 1.5 + x ** 3 + torch.rsqrt(x.abs() + 1) + torch.log(x.abs() + 0.1) + torch.exp(x) / (1 + x ** 2)), [random(4, 3)]),
    'trigonometry': (Call(lambda m, x: torch.sin(x) * torch.cos(x) + torch.atan(x) + torch.asin(torch.tanh(x) * 0.9) + torch.acos(torch.tanh(x) * 0.8)), [random(4, 3)]),
    'euler angles': (Call(euler), [random(4, 6)]),
    'unet': (Unet(), [random(2, 4, 8, 8), torch.tensor([3.0, 17.0]), random(2, 5, 6)]),
    'text encoder': (Call(clip_text, words=nn.Embedding(20, 8), places=nn.Embedding(7, 8), norm=nn.LayerNorm(8)), [torch.tensor([[1, 5, 5, 19, 2, 0], [3, 3, 8, 4, 19, 1]])]),
}
TRAINING = {
    'batch normalisation while training': (nn.Sequential(conv(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), conv(4, 2, 3)), [random(3, 3, 7, 7)]),
}

for name, (network, inputs) in {**CASES, **TRAINING}.items():
    training = name in TRAINING
    network.train(training)
    if not training:
        for part in network.modules():
            if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
                nn.init.uniform_(part.running_mean, -0.5, 0.5)
                nn.init.uniform_(part.running_var, 0.5, 1.5)
    for p in network.parameters():
        if p.dim() == 1:
            nn.init.uniform_(p, 0.2, 1)
    names = [f'x{i}' for i in range(len(inputs))]
    mode = torch.onnx.TrainingMode.TRAINING if training else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(network, tuple(inputs), os.path.join(folder, name + '.onnx'), input_names=names, output_names=['y'],
                      opset_version=17, training=mode, do_constant_folding=False)
    network.train(training)
    floats = [x for x in inputs if x.is_floating_point()]
    for x in floats:
        x.requires_grad_()
    y = network(*inputs)
    y = y[0] if isinstance(y, tuple) else y
    cotangent = torch.randn_like(y) if y.dim() else torch.ones(())
    (y * cotangent).sum().backward()
    arrays = {'y': y.detach().numpy(), 'cotangent': cotangent.numpy()}
    for key, x in zip(names, inputs):
        arrays['input ' + key] = x.detach().numpy()
        if x.grad is not None:
            arrays['gradient ' + key] = x.grad.numpy()
    for key, p in network.named_parameters():
        if p.grad is not None:
            arrays['gradient ' + key] = p.grad.numpy()
    np.savez(os.path.join(folder, name + '.npz'), **arrays)
print(json.dumps(list({**CASES, **TRAINING})))

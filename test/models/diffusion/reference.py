"""A tiny latent diffusion model in diffusers' layout with random weights, and what PyTorch makes of it.

    /usr/bin/python3 reference.py OUT

Written from the papers and the layout of diffusers' files, for comparison only: a weight is drawn when it is first asked for.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

torch.manual_seed(3)
TOKENS, WIDTH, WORDS, FEATURE, SIDE = 9, 48, 60, 16, 8
UNET = dict(sample_size=SIDE, block_out_channels=[32, 64], layers_per_block=2, norm_num_groups=8, cross_attention_dim=WIDTH,
            attention_head_dim=4, down_block_types=['CrossAttnDownBlock2D', 'DownBlock2D'],
            up_block_types=['UpBlock2D', 'CrossAttnUpBlock2D'])
VAE = dict(block_out_channels=[16, 32], layers_per_block=1, norm_num_groups=8, scaling_factor=0.2, latent_channels=4)
TEXT = dict(num_attention_heads=4, hidden_act='quick_gelu')


class Net:
    def __init__(self):
        self.state = {}

    def p(self, key, *shape, around=0.0):
        if key not in self.state:
            scale = 1 / math.sqrt(max(1, math.prod(shape[1:]))) if len(shape) > 1 else 0.2
            self.state[key] = around + torch.randn(shape) * scale
        return self.state[key]

    def linear(self, x, key, to, bias=True):
        return F.linear(x, self.p(key + '.weight', to, x.shape[-1]), self.p(key + '.bias', to) if bias else None)

    def conv(self, x, key, to, kernel=3, **more):
        padding = more.pop('padding', kernel // 2)
        return F.conv2d(x, self.p(key + '.weight', to, x.shape[1], kernel, kernel), self.p(key + '.bias', to), padding=padding, **more)

    def norm(self, x, key, groups, eps):
        return F.group_norm(x, groups, self.p(key + '.weight', x.shape[1], around=1), self.p(key + '.bias', x.shape[1]), eps)

    def layer_norm(self, x, key):
        n = x.shape[-1]
        return F.layer_norm(x, (n,), self.p(key + '.weight', n, around=1), self.p(key + '.bias', n), 1e-5)

    def attend(self, x, context, key, heads, names, bias, mask=None):
        width = x.shape[-1]
        q, k, v = (self.linear(rows, f'{key}.{name}', width, bias).unflatten(-1, (heads, -1)).transpose(1, 2)
                   for rows, name in zip((x, context, context), names))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        mixed = (scores if mask is None else scores + mask).softmax(-1) @ v
        return self.linear(mixed.transpose(1, 2).flatten(2), f'{key}.{names[3]}', width)

    def residual(self, x, key, to, groups, eps, time=None):
        h = self.conv(F.silu(self.norm(x, key + '.norm1', groups, eps)), key + '.conv1', to)
        if time is not None:
            h = h + self.linear(F.silu(time), key + '.time_emb_proj', to)[:, :, None, None]
        h = self.conv(F.silu(self.norm(h, key + '.norm2', groups, eps)), key + '.conv2', to)
        return h + (x if x.shape[1] == to else self.conv(x, key + '.conv_shortcut', to, 1))


def unet(net, x, timestep, condition):
    c, groups, heads = UNET, UNET['norm_num_groups'], UNET['attention_head_dim']
    widths = c['block_out_channels']
    half = widths[0] // 2
    angles = timestep[:, None] * torch.exp(-math.log(10000) * torch.arange(half) / half)
    time = torch.cat((angles.cos(), angles.sin()), 1)
    time = net.linear(F.silu(net.linear(time, 'time_embedding.linear_1', 4 * widths[0])), 'time_embedding.linear_2', 4 * widths[0])

    def attention(x, key):
        height, channels = x.shape[-1], x.shape[1]
        rows = net.conv(net.norm(x, key + '.norm', groups, 1e-6), key + '.proj_in', channels, 1).flatten(2).transpose(1, 2)
        block = key + '.transformer_blocks.0'
        names = ('to_q', 'to_k', 'to_v', 'to_out.0')
        own = net.layer_norm(rows, block + '.norm1')
        rows = rows + net.attend(own, own, block + '.attn1', heads, names, False)
        rows = rows + net.attend(net.layer_norm(rows, block + '.norm2'), condition, block + '.attn2', heads, names, False)
        value, gate = net.linear(net.layer_norm(rows, block + '.norm3'), block + '.ff.net.0.proj', 8 * channels).chunk(2, -1)
        rows = rows + net.linear(value * F.gelu(gate), block + '.ff.net.2', channels)
        return x + net.conv(rows.transpose(1, 2).unflatten(2, (height, height)), key + '.proj_out', channels, 1)

    def residual(x, key, to):
        return net.residual(x, key, to, groups, 1e-5, time)

    x = net.conv(x, 'conv_in', widths[0])
    skipped = [x]
    for level, to in enumerate(widths):
        for i in range(c['layers_per_block']):
            x = residual(x, f'down_blocks.{level}.resnets.{i}', to)
            if level == 0:
                x = attention(x, f'down_blocks.{level}.attentions.{i}')
            skipped.append(x)
        if level + 1 < len(widths):
            x = net.conv(x, f'down_blocks.{level}.downsamplers.0.conv', to, stride=2)
            skipped.append(x)
    x = residual(x, 'mid_block.resnets.0', widths[-1])
    x = residual(attention(x, 'mid_block.attentions.0'), 'mid_block.resnets.1', widths[-1])
    for block, to in enumerate(reversed(widths)):
        for i in range(c['layers_per_block'] + 1):
            x = residual(torch.cat((x, skipped.pop()), 1), f'up_blocks.{block}.resnets.{i}', to)
            if block == 1:
                x = attention(x, f'up_blocks.{block}.attentions.{i}')
        if block + 1 < len(widths):
            x = net.conv(F.interpolate(x, scale_factor=2.0), f'up_blocks.{block}.upsamplers.0.conv', to)
    return net.conv(F.silu(net.norm(x, 'conv_norm_out', groups, 1e-5)), 'conv_out', 4)


def decode(net, latent):
    groups, widths = VAE['norm_num_groups'], VAE['block_out_channels'][::-1]
    x = net.conv(latent / VAE['scaling_factor'], 'post_quant_conv', 4, 1)
    x = net.residual(net.conv(x, 'decoder.conv_in', widths[0]), 'decoder.mid_block.resnets.0', widths[0], groups, 1e-6)
    rows = net.norm(x, 'decoder.mid_block.attentions.0.group_norm', groups, 1e-6).flatten(2).transpose(1, 2)
    rows = net.attend(rows, rows, 'decoder.mid_block.attentions.0', 1, ('query', 'key', 'value', 'proj_attn'), True)
    x = x + rows.transpose(1, 2).unflatten(2, x.shape[2:])
    x = net.residual(x, 'decoder.mid_block.resnets.1', widths[0], groups, 1e-6)
    for level, to in enumerate(widths):
        for i in range(VAE['layers_per_block'] + 1):
            x = net.residual(x, f'decoder.up_blocks.{level}.resnets.{i}', to, groups, 1e-6)
        if level + 1 < len(widths):
            x = net.conv(F.interpolate(x, scale_factor=2.0), f'decoder.up_blocks.{level}.upsamplers.0.conv', to)
    return net.conv(F.silu(net.norm(x, 'decoder.conv_norm_out', groups, 1e-6)), 'decoder.conv_out', 3)


def encode(net, text, feature=None, word=None):
    prefix = 'text_model.embeddings'
    x = net.p(prefix + '.token_embedding.weight', WORDS, WIDTH)[text]
    if feature is not None:
        unit = feature / feature.norm(dim=1, keepdim=True)
        x = torch.where((text == word)[None, :, None], F.pad(unit, (0, WIDTH - FEATURE))[:, None], x[None])
    else:
        x = x[None]
    x = x + net.p(prefix + '.position_embedding.weight', TOKENS, WIDTH)
    mask = torch.full((TOKENS, TOKENS), -math.inf).triu(1)
    for i in range(2):
        key = f'text_model.encoder.layers.{i}'
        own = net.layer_norm(x, key + '.layer_norm1')
        names = ('q_proj', 'k_proj', 'v_proj', 'out_proj')
        x = x + net.attend(own, own, key + '.self_attn', TEXT['num_attention_heads'], names, True, mask)
        hidden = net.linear(net.layer_norm(x, key + '.layer_norm2'), key + '.mlp.fc1', 96)
        x = x + net.linear(hidden * torch.sigmoid(1.702 * hidden), key + '.mlp.fc2', WIDTH)
    return net.layer_norm(x, 'text_model.final_layer_norm')


def shares():
    return torch.cumprod(1 - torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float64) ** 2, 0)


def consistency(predict, noise, times):
    """Multistep sampling of a latent consistency model (arXiv 2310.04378, algorithm 3); noise [steps, batch, ..]."""
    share, x = shares(), noise[0]
    for i, t in enumerate(times):
        a, s = share[t].sqrt(), (1 - share[t]).sqrt()
        skip, out = 0.25 / ((10 * t) ** 2 + 0.25), 10 * t / math.sqrt((10 * t) ** 2 + 0.25)
        clean = (x - s * predict(x, t)) / a
        x = (out * clean + skip * x).float()
        if i + 1 < len(times):
            x = (share[times[i + 1]].sqrt() * x + (1 - share[times[i + 1]]).sqrt() * noise[i + 1]).float()
    return x


def save(folder, name, config, net, class_name):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'config.json').write_text(json.dumps({**config, '_class_name': class_name}))
    if name.endswith('.bin'):
        torch.save(net.state, folder / name)
        return
    write_safetensors(folder / name, net.state)


def write_safetensors(path, state):
    arrays = {key: tensor.detach().contiguous().numpy().astype(np.float32) for key, tensor in state.items()}
    at, head = 0, {}
    for key, array in arrays.items():
        head[key] = dict(dtype='F32', shape=list(array.shape), data_offsets=[at, at + array.nbytes])
        at += array.nbytes
    text = json.dumps(head).encode()
    path.write_bytes(len(text).to_bytes(8, 'little') + text + b''.join(array.tobytes() for array in arrays.values()))


def adaptation(net):
    """A LoRA as kohya spells it, for a matrix, a 1x1 and a 3x3 convolution, and the weights with it."""
    lora, merged = {}, Net()
    merged.state = dict(net.state)
    for key, rank, alpha in (('down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q', 4, 2.0),
                             ('down_blocks.0.attentions.0.proj_in', 3, 3.0), ('mid_block.resnets.0.conv1', 5, 1.0)):
        weight = net.state[key + '.weight']
        down = torch.randn(rank, *weight.shape[1:]) * 0.1
        up = torch.randn(weight.shape[0], rank, *[1] * (weight.dim() - 2)) * 0.1
        name = 'lora_unet_' + key.replace('.', '_')
        lora |= {name + '.lora_down.weight': down, name + '.lora_up.weight': up, name + '.alpha': torch.tensor(alpha)}
        product = up.flatten(1).double() @ down.flatten(1).double()
        merged.state[key + '.weight'] = (weight.double() + alpha / rank * product.reshape(weight.shape)).float()
    return lora, merged


@torch.no_grad()
def main(out):
    words = {'<|startoftext|>': 1, 'photo</w>': 5, 'of</w>': 6, 'a</w>': 7, 'id</w>': 8, 'person</w>': 9, '<|endoftext|>': 2}
    prompt = torch.tensor([1, 5, 6, 7, 8, 9, 2, 2, 2])
    empty = torch.tensor([1, 2, 2, 2, 2, 2, 2, 2, 2])
    text, denoiser, decoder = Net(), Net(), Net()
    vectors = torch.randn(3, FEATURE) * 4
    noise = torch.randn(3, 4, 4, SIDE, SIDE)
    condition = encode(text, prompt, vectors, 8)
    unconditioned = encode(text, empty)
    x, t = noise[:, 0], torch.tensor([999.0, 499.0, 259.0])
    prediction = unet(denoiser, x, t, condition)
    image = decode(decoder, x)
    lora, merged = adaptation(denoiser)

    def predict(x, t):
        return unet(merged, x, torch.full((len(x),), float(t)), condition)

    def guided(x, t):
        plain = unet(merged, x, torch.full((len(x),), float(t)), unconditioned.expand(len(x), -1, -1))
        return plain + 2 * (predict(x, t) - plain)

    times = [999, 759, 499, 259]
    made = decode(decoder, consistency(predict, noise.transpose(0, 1), times))
    made_guided = decode(decoder, consistency(guided, noise.transpose(0, 1), times))

    out = Path(out)
    save(out / 'arc2face', 'diffusion_pytorch_model.safetensors', UNET, denoiser, 'UNet2DConditionModel')
    save(out / 'encoder', 'pytorch_model.bin', TEXT, text, 'CLIPTextModel')
    save(out / 'vae', 'diffusion_pytorch_model.safetensors', VAE, decoder, 'AutoencoderKL')
    (out / 'tokenizer').mkdir(exist_ok=True)
    (out / 'tokenizer' / 'vocab.json').write_text(json.dumps(words))
    write_safetensors(out / 'lora.safetensors', lora)
    for name, tensor in dict(vectors=vectors, noise=noise, condition=condition, unconditioned=unconditioned, sample=x,
                             timestep=t, prediction=prediction, image=image, made=made, made_guided=made_guided).items():
        np.save(out / f'{name}.npy', tensor.numpy().astype(np.float32))
    for key, tensor in merged.state.items():
        if tensor is not denoiser.state[key]:
            np.save(out / f'merged.{key}.npy', tensor.numpy())


if __name__ == '__main__':
    main(sys.argv[1])

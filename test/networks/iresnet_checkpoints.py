"""A small iresnet as training codes save it: iresnet_checkpoints.py FOLDER. Prints what PyTorch computes, by epsilon."""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

folder = sys.argv[1]
g = torch.Generator().manual_seed(5)
state = {}


def normal(*shape):
    return torch.randn(*shape, generator=g)


def conv(key, to, of, size):
    state[key + '.weight'] = normal(to, of, size, size) * (2 / (of * size * size)) ** 0.5


def norm(key, n, still=0.2):
    """A share of the channels hardly varies, which is where epsilon counts."""
    state[key + '.weight'] = 1 + 0.1 * normal(n)
    state[key + '.bias'] = 0.1 * normal(n)
    state[key + '.running_mean'] = 0.1 * normal(n)
    state[key + '.running_var'] = torch.where(torch.rand(n, generator=g) < still, torch.tensor(1e-4), torch.tensor(1.0))
    state[key + '.num_batches_tracked'] = torch.tensor(10)


conv('conv1', 64, 3, 3)
norm('bn1', 64)
state['prelu.weight'] = 0.2 + 0.1 * torch.rand(64, generator=g)
# With one in each stage its convolutions would not be filtered minimally.
BLOCKS = (2, 2, 1, 1)
of = 64
for stage, to in enumerate((64, 128, 256, 512), 1):
    for block in range(BLOCKS[stage - 1]):
        key = f'layer{stage}.{block}'
        # In all of them, numbers would grow beyond float32.
        still = 0.2 if block == 0 else 0
        norm(key + '.bn1', of, still)
        conv(key + '.conv1', to, of, 3)
        norm(key + '.bn2', to, still)
        state[key + '.prelu.weight'] = 0.2 + 0.1 * torch.rand(to, generator=g)
        conv(key + '.conv2', to, to, 3)
        norm(key + '.bn3', to, still)
        if block == 0:
            conv(key + '.downsample.0', to, of, 1)
            norm(key + '.downsample.1', to)
        of = to
norm('bn2', 512)
state['fc.weight'] = normal(16, 512 * 49) * 0.01
state['fc.bias'] = 0.1 * normal(16)
norm('features', 16)


def embedding(x, epsilon):
    w = {key: value.double() for key, value in state.items()}

    def normed(x, key):
        return F.batch_norm(
            x, w[key + '.running_mean'], w[key + '.running_var'], w[key + '.weight'], w[key + '.bias'], False, 0, epsilon
        )

    x = F.prelu(normed(F.conv2d(x.double(), w['conv1.weight'], padding=1), 'bn1'), w['prelu.weight'])
    for stage in range(1, 5):
        for block in range(BLOCKS[stage - 1]):
            key = f'layer{stage}.{block}'
            stride = 2 if block == 0 else 1
            y = F.conv2d(normed(x, key + '.bn1'), w[key + '.conv1.weight'], padding=1)
            y = F.prelu(normed(y, key + '.bn2'), w[key + '.prelu.weight'])
            y = normed(F.conv2d(y, w[key + '.conv2.weight'], padding=1, stride=stride), key + '.bn3')
            if block == 0:
                x = normed(F.conv2d(x, w[key + '.downsample.0.weight'], stride=2), key + '.downsample.1')
            x = x + y
    x = F.linear(normed(x, 'bn2').flatten(1), w['fc.weight'], w['fc.bias'])
    return normed(x, 'features').numpy().astype(np.float32)


def wrapped(prefix, **more):
    return {**{prefix + key: value for key, value in state.items()}, **more}


def tree(values):
    """The layers as nested modules without a class of their own."""
    root = torch.nn.Module()
    for key, value in values.items():
        *path, name = key.split('.')
        module = root
        for part in path:
            if part not in module._modules:
                module.add_module(part, torch.nn.Module())
            module = module._modules[part]
        if name in ('weight', 'bias'):
            module.register_parameter(name, torch.nn.Parameter(value))
        else:
            module.register_buffer(name, value)
    return root


class Named(torch.Tensor):
    pass


def noted(value):
    parameter = torch.nn.Parameter(value) if value.is_floating_point() else value
    parameter.note = 'kept with the weights'
    return parameter


x = torch.randn(1, 3, 112, 112, generator=g)
np.save(f'{folder}/inputs.npy', x.numpy())
for epsilon in (1e-5, 2e-5, 1e-3):
    np.save(f'{folder}/outputs-{epsilon}.npy', embedding(x, epsilon))

margin, magface_margin = normal(40, 16), normal(16, 40)
files = {
    'magface': {'epoch': 24, 'state_dict': wrapped('features.module.', **{'fc.weight': magface_margin})},
    'magface-distributed': {'state_dict': wrapped('module.features.', **{'module.fc.weight': magface_margin})},
    'margin-in-features': wrapped('features.', **{'head.weight': margin}),
    'nested': {'net': {'weights': wrapped('module.backbone._orig_mod.', **{'module.head.kernel': magface_margin})}},
    'encoder': wrapped('encoder.net.', **{'classifier.weight': margin, 'classifier.bias': normal(40)}),
    'margin-beside': wrapped('', **{'margin.weight': margin}),
    'noted-parameters': {key: noted(value.clone()) for key, value in state.items()},
    'tensors-of-a-class': {key: value.as_subclass(Named) for key, value in state.items()},
    'numpy': {key: value.numpy() for key, value in state.items()},
    'whole': tree(state),
    'whole-in-parallel': {'net': torch.nn.DataParallel(tree(state)), 'epoch': 3},
    'quantised': {
        'model': {**state, 'conv1.weight': torch.quantize_per_tensor(state['conv1.weight'], 0.1, 0, torch.qint8)}
    },
    'averaged-inside': {**wrapped(''), **{'ema.' + key: value + 1 for key, value in state.items()}},
    'left-over': wrapped('', **{'attention.weight': normal(8, 8)}),
}
for name, value in files.items():
    torch.save(value, f'{folder}/{name}.pth')
torch.jit.save(torch.jit.script(tree(state)), f'{folder}/scripted.pth')
print(json.dumps(list(files)))

"""Networks with random weights in PyTorch, and what they compute: reference.py NAME FOLDER."""

import functools
import sys

import numpy as np
import torch
import torch.nn.functional as F

name, folder = sys.argv[1:]
torch.manual_seed(1)


def save(file, tensor):
    np.save(f'{folder}/{file}.npy', tensor.detach().numpy())


def batch_norm(state, key, width):
    state[f'{key}.weight'] = 1 + 0.2 * torch.randn(width)
    state[f'{key}.bias'] = 0.2 * torch.randn(width)
    state[f'{key}.running_mean'] = 0.2 * torch.randn(width)
    state[f'{key}.running_var'] = 0.5 + torch.rand(width)
    state[f'{key}.num_batches_tracked'] = torch.tensor(7)


def normed(state, key, x):
    names = ['running_mean', 'running_var', 'weight', 'bias']
    return F.batch_norm(x, *(state[f'{key}.{n}'] for n in names), eps=1e-5)


def sixdrepnet():
    """RepVGG blocks of three branches, the second of a layer in two groups; then the fold, by convolving an impulse."""
    training, deployed = {}, {}
    x = torch.randn(3, 3, 64, 64)
    save('sixdrepnet.inputs', x)
    width = 3
    for layer, (to, blocks) in enumerate([(8, 1), (8, 2), (12, 2), (12, 1), (16, 1)]):
        for block in range(blocks):
            key = 'layer0' if layer == 0 else f'layer{layer}.{block}'
            groups, stride = (2 if block == 1 else 1), (2 if block == 0 else 1)
            dense = torch.randn(to, width // groups, 3, 3) / (3 * width**0.5)
            point = torch.randn(to, width // groups, 1, 1) / width**0.5
            training[f'{key}.rbr_dense.conv.weight'] = dense
            training[f'{key}.rbr_1x1.conv.weight'] = point
            batch_norm(training, f'{key}.rbr_dense.bn', to)
            batch_norm(training, f'{key}.rbr_1x1.bn', to)
            if width == to and stride == 1:
                batch_norm(training, f'{key}.rbr_identity', to)

            def branches(y, step, key=key, groups=groups, dense=dense, point=point):
                out = normed(training, f'{key}.rbr_dense.bn', F.conv2d(y, dense, None, step, 1, 1, groups))
                out = out + normed(training, f'{key}.rbr_1x1.bn', F.conv2d(y, point, None, step, 0, 1, groups))
                has_identity = f'{key}.rbr_identity.weight' in training
                return out + normed(training, f'{key}.rbr_identity', y) if has_identity else out

            bias = branches(torch.zeros(1, width, 3, 3), 1)[0, :, 1, 1]
            impulses = torch.zeros(width, width, 5, 5)
            impulses[range(width), range(width), 2, 2] = 1
            full = (branches(impulses, 1)[:, :, 1:4, 1:4] - bias[None, :, None, None]).flip(2, 3).transpose(0, 1)
            per_group = to // groups
            kernel = torch.cat([
                full[g * per_group:(g + 1) * per_group, g * (width // groups):(g + 1) * (width // groups)]
                for g in range(groups)
            ])
            deployed[f'{key}.rbr_reparam.weight'] = kernel.contiguous()
            deployed[f'{key}.rbr_reparam.bias'] = bias
            x = F.relu(branches(x, stride))
            width = to
    for state in (training, deployed):
        torch.manual_seed(2)
        state['linear_reg.weight'] = torch.randn(6, width)
        state['linear_reg.bias'] = torch.randn(6)
    six = F.linear(x.mean((2, 3)), training['linear_reg.weight'], training['linear_reg.bias']).double()
    first = F.normalize(six[:, :3])
    third = F.normalize(torch.cross(first, six[:, 3:], dim=1))
    matrix = torch.stack([first, torch.cross(third, first, dim=1), third], 2)
    yaw = torch.atan2(-matrix[:, 2, 0], torch.hypot(matrix[:, 0, 0], matrix[:, 1, 0]))
    pitch = torch.atan2(matrix[:, 2, 1], matrix[:, 2, 2])
    roll = torch.atan2(matrix[:, 1, 0], matrix[:, 0, 0])
    save('sixdrepnet.outputs', torch.rad2deg(torch.stack([yaw, pitch, roll], 1)).float())
    torch.save({'model_state_dict': training, 'epoch': 3}, f'{folder}/sixdrepnet-training.pth')
    torch.save(deployed, f'{folder}/sixdrepnet-deployed.pth', _use_new_zipfile_serialization=False)


def inception():
    """torchvision's Inception-v3 with the pools of the 2015 network."""
    from torchvision.models import inception as module

    net = module.inception_v3(num_classes=1008, aux_logits=False, init_weights=False)
    for part in net.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.running_mean.uniform_(-0.2, 0.2)
            part.running_var.uniform_(0.3, 1)
    net.eval()
    module.F.avg_pool2d = functools.partial(F.avg_pool2d, count_include_pad=False)
    x = torch.rand(1, 3, 299, 299) * 2 - 1
    average = module.F.avg_pool2d

    def with_maximum(block, inputs):
        module.F.avg_pool2d = F.max_pool2d

    def with_average(block, inputs, outputs):
        module.F.avg_pool2d = average

    net.Mixed_7c.register_forward_pre_hook(with_maximum)
    net.Mixed_7c.register_forward_hook(with_average)
    features = []
    net.avgpool.register_forward_hook(lambda pool, inputs, outputs: features.append(outputs.flatten(1)))
    with torch.no_grad():
        net(x)
    save('inception.inputs', x)
    save('inception.outputs', features[0])
    state = net.state_dict()
    torch.save(state, f'{folder}/inception.pth')
    torch.save({k: v for k, v in state.items() if not k.startswith('fc.')}, f'{folder}/inception-headless.pth')
    for name, auxiliary in (('torchvision', False), ('torchvision-auxiliary', True)):
        other = module.inception_v3(aux_logits=auxiliary, init_weights=False).half()
        torch.save(other.state_dict(), f'{folder}/inception-{name}.pth')


{'sixdrepnet': sixdrepnet, 'inception': inception}[name]()

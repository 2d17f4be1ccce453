"""Stable Diffusion 1.5's UNet and VAE decoder of random weights, by diffusers 0.23 on PyTorch, float32, batch 1.

arc2face-step.py write DIFFUSERS FOLDER             their weights and configurations, as diffusers lays them out
arc2face-step.py time DIFFUSERS FOLDER THREADS      one call for each line on stdin ('unet' or 'vae'), wall and processor
                                                    seconds on stdout, or 'memory': the most bytes so far

DIFFUSERS is the folder `src` of a checkout of v0.23. What it imports beside PyTorch and isn't installed is replaced by modules
that give nothing: the two networks need none of it.
"""

import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import json
import os
import resource
import sys
import time
import types

import torch

task, diffusers, folder, *rest = sys.argv[1:]
answers = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)
ABSENT = [name for name in ('huggingface_hub', 'tqdm', 'requests', 'filelock', 'safetensors') if not importlib.util.find_spec(name)]


class Nothing(types.ModuleType):
    """A module that has every name: paths in capitals, else a class of which nothing is used."""

    __path__ = []
    __version__ = '0'

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        if name.isupper() or self.__name__.endswith('constants'):
            return ''
        return type(name, (Exception,), {'__init__': lambda self, *args, **more: None})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Nothing(spec.name)

    def exec_module(self, module):
        pass


version = importlib.metadata.version
importlib.metadata.version = lambda name: '99' if name in ABSENT else version(name)
sys.meta_path.append(Finder())
sys.path.insert(0, diffusers)
UNET = dict(sample_size=64, cross_attention_dim=768, attention_head_dim=8, block_out_channels=[320, 640, 1280, 1280],
            layers_per_block=2)
VAE = dict(block_out_channels=[128, 256, 512, 512], layers_per_block=2, latent_channels=4, scaling_factor=0.18215,
           down_block_types=['DownEncoderBlock2D'] * 4, up_block_types=['UpDecoderBlock2D'] * 4, sample_size=512)

from diffusers.models.autoencoder_kl import AutoencoderKL  # noqa: E402
from diffusers.models.unet_2d_condition import UNet2DConditionModel  # noqa: E402

torch.manual_seed(1)
for layer in (torch.nn.Linear, torch.nn.Conv2d):
    layer.reset_parameters = lambda self: None  # their numbers are drawn once, below
unet, vae = UNet2DConditionModel(**UNET).eval(), AutoencoderKL(**VAE).eval()
if task == 'write':
    for name, network, config in (('unet', unet, UNET), ('vae', vae, VAE)):
        os.makedirs(f'{folder}/{name}', exist_ok=True)
        for weight in network.parameters():
            weight.data.uniform_(-0.02, 0.02)
        torch.save(network.state_dict(), f'{folder}/{name}/diffusion_pytorch_model.bin')
        with open(f'{folder}/{name}/config.json', 'w') as file:
            json.dump(config, file)
    sys.exit()

torch.set_num_threads(int(rest[0]))
for name, network in (('unet', unet), ('vae', vae)):
    state = torch.load(f'{folder}/{name}/diffusion_pytorch_model.bin')
    network.load_state_dict(state)
    del state
vae.encoder = None
sample, condition = torch.zeros(1, 4, 64, 64), torch.zeros(1, 77, 768)
with torch.inference_mode():
    print('ready', file=answers, flush=True)
    for line in sys.stdin:
        if line.strip() == 'memory':
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=answers, flush=True)
            continue
        wall, busy = time.perf_counter(), time.process_time()
        if line.strip() == 'unet':
            unet(sample, torch.tensor([999]), encoder_hidden_states=condition)
        else:
            vae.decode(sample / 0.18215)
        print(time.perf_counter() - wall, time.process_time() - busy, file=answers, flush=True)

"""The official Vec2Face generator in PyTorch: one forward pass for each line on stdin, its seconds on stdout.

generator-speed.py OFFICIAL_REPOSITORY CHECKPOINT BATCH THREADS (timm and omegaconf must be importable)
"""

import os
import sys
import time

import torch

repository, checkpoint, batch, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
checkpoint = os.path.abspath(checkpoint)
sys.path.insert(0, repository)
os.chdir(repository)
answers = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)

from pixel_generator.vec2face import model_vec2face  # noqa: E402

model = model_vec2face.vec2face_vit_base_patch16(
    mask_ratio_mu=0.15, mask_ratio_std=0.25, mask_ratio_min=0.1, mask_ratio_max=1.0, use_rep=True, rep_dim=512
).eval()
model.load_state_dict(torch.load(checkpoint, map_location='cpu')['model_vec2face'])
vectors = torch.randn(int(batch), 512)
with torch.no_grad():
    model(vectors)
    print('ready', file=answers, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        model(vectors)
        print(time.perf_counter() - start, file=answers, flush=True)

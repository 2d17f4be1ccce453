"""The float32 products of the upper triangle alone, in tiles: for each line on stdin, times every `step`th tile.

Answers with wall and processor seconds, scaled to the whole triangle. First of all prints which kernel OpenBLAS runs.
"""
import ctypes
import resource
import sys
import time

import numpy

count, step, block = (int(text) for text in sys.argv[1:4])
try:
    blas = ctypes.CDLL('libblas.so.3')
    blas.openblas_get_config.restype = ctypes.c_char_p
    blas.openblas_get_corename.restype = ctypes.c_char_p
    version = blas.openblas_get_config().decode().split(' ')[1]
    print(f'OpenBLAS {version} {blas.openblas_get_corename().decode()}, {blas.openblas_get_num_threads()} threads')
except (OSError, AttributeError):
    print('a BLAS that does not say what it is')

rows = numpy.random.default_rng(1).standard_normal((count, 512), dtype=numpy.float32)
rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
starts = range(0, count, block)
tiles = [(a, b) for a in starts for b in starts if b >= a][::step]
out = numpy.empty((block, block), numpy.float32)
for _ in range(3):
    numpy.matmul(rows[:block], rows[:block].T, out=out[: min(block, count), : min(block, count)])


def processor():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


print('ready', flush=True)
for _ in sys.stdin:
    wall, cpu, pairs = time.perf_counter(), processor(), 0
    for a, b in tiles:
        left, right = rows[a : a + block], rows[b : b + block]
        numpy.matmul(left, right.T, out=out[: len(left), : len(right)])
        # A tile on the diagonal is half of the triangle and half to spare.
        pairs += len(left) * len(right) / (2 if a == b else 1)
    scale = count * (count - 1) / 2 / pairs
    print((time.perf_counter() - wall) * scale, (processor() - cpu) * scale, flush=True)

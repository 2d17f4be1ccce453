"""Time of the float32 products of the upper triangle alone: wall and processor seconds, for the whole triangle."""
import resource
import sys
import time

import numpy

count, step = int(sys.argv[1]), int(sys.argv[2])
rows = numpy.random.default_rng(1).standard_normal((count, 512), dtype=numpy.float32)
rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
block = 4096
starts = range(0, count, block)
tiles = [(a, b) for a in starts for b in starts if b >= a][::step]
out = numpy.empty((block, block), numpy.float32)
numpy.matmul(rows[:block], rows[:block].T, out=out[: min(block, count), : min(block, count)])


def processor():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


wall, cpu, pairs = time.perf_counter(), processor(), 0
for a, b in tiles:
    left, right = rows[a : a + block], rows[b : b + block]
    numpy.matmul(left, right.T, out=out[: len(left), : len(right)])
    pairs += len(left) * len(right)
scale = count * count / 2 / pairs
print((time.perf_counter() - wall) * scale, (processor() - cpu) * scale)

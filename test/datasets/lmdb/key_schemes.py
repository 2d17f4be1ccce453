"""Writes LMDB files as scripts of the field do, beside a hostile one: NAME.lmdb below a folder."""

import os
import pickle
import sys
from collections import namedtuple

import lmdb
import msgpack
import numpy as np

out = sys.argv[1]
images = [b"\xff\xd8\xffimage %d" % i for i in range(12)]
labels = [i // 4 for i in range(12)]


def write(name, entries):
    env = lmdb.open(os.path.join(out, name + ".lmdb"), subdir=False, map_size=1 << 24)
    with env.begin(write=True) as txn:
        for key, value in entries:
            txn.put(key, value)
    env.close()


class Evil:
    def __reduce__(self):
        return os.system, ("touch " + os.path.join(out, "pwned"),)


pairs = list(zip(images, labels))
keys = [b"%d" % i for i in range(12)]
for protocol in range(6):
    dump = lambda value: pickle.dumps(value, protocol)
    counts = [(b"__keys__", dump(keys)), (b"__len__", dump(12))]
    write(f"tuples-{protocol}", [(k, dump(p)) for k, p in zip(keys, pairs)] + counts)
dump = lambda value: pickle.dumps(value, 4)
counts = [(b"__keys__", dump([k.decode() for k in keys])), (b"__len__", dump(np.int64(12)))]
arrays = [np.frombuffer(image, np.uint8).reshape(-1, 1) for image in images]
write("arrays", [(k, dump((a, np.int64(l)))) for k, a, l in zip(keys, arrays, labels)] + counts)
write("dictionaries", [(k, dump({"image": i, "label": np.array([l]), "age": 30})) for k, (i, l) in zip(keys, pairs)] + counts)
write("features", [(k, dump([i, np.zeros(512, np.float32), l])) for k, (i, l) in zip(keys, pairs)] + counts)
write("no-list", [(b"%08d" % n, dump(p)) for n, p in enumerate(pairs)])
apart = [(b"image-%09d" % (n + 1), i) for n, i in enumerate(images)]
apart += [(b"label-%09d" % (n + 1), b"%d" % l) for n, l in enumerate(labels)]
write("apart", apart + [(b"num-samples", b"12")])
write("apart-without-count", apart)
write("apart-one-label-lost", [entry for entry in apart if entry[0] != b"label-000000003"])
write("raw", [(b"256-%05d" % n, i) for n, i in enumerate(images)])
write("two-numbers", [(k, msgpack.packb((i, l, 30))) for k, (i, l) in zip(keys, pairs)])
write("two-labels", [(k, dump({"image": i, "label": l, "id": 5})) for k, (i, l) in zip(keys, pairs)])
write("decoded", [(k, dump((np.zeros((112, 112, 3), np.uint8), l))) for k, l in zip(keys, labels)])
write("evil", [(b"0", dump((Evil(), 0)))])
write("evil-keys", [(b"0", dump(pairs[0])), (b"__keys__", dump([Evil()])), (b"__len__", dump(1))])

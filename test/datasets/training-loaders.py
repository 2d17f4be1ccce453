"""Reads and writes training datasets the way training code in Python does; prints JSON.

Written from the formats' documentation, for tests only:
  lmdb PATH        lmdb.open(subdir=False) and msgpack, with a cursor over all keys, and a compacting copy
  make-lmdb PATH N K [SUBDIR]   an LMDB file made by Python's lmdb; --no-keys leaves __keys__ out
  recordio FOLDER  a stand-in for mx.recordio, with the loader's rule for which records are images
  tar FILE..       tarfile, samples grouped as the webdataset package groups them
"""
import hashlib
import io
import json
import os
import struct
import sys
import tarfile


def describe(image, label):
    out = {"label": int(label), "sha256": hashlib.sha256(image).hexdigest()}
    if image[:2] == b"\xff\xd8":
        from PIL import Image

        picture = Image.open(io.BytesIO(image)).convert("RGB")
        picture.load()
        out["size"] = list(picture.size)
    return out


def read_lmdb(path):
    import lmdb
    import msgpack

    environment = lmdb.open(
        path, subdir=os.path.isdir(path), readonly=True, lock=False, readahead=False, meminit=False
    )
    with environment.begin(write=False) as transaction:
        length = msgpack.loads(transaction.get(b"__len__"))
        keys = msgpack.loads(transaction.get(b"__keys__"))
        classes = msgpack.loads(transaction.get(b"__classnum__"))
        records = []
        for key in keys:
            image, label = msgpack.loads(transaction.get(key))
            records.append(describe(image, label))
        in_order = [key for key, _ in transaction.cursor()]
        absent = [transaction.get(key) for key in (b"!", b"00", b"5x", b"99999999", b"~")]
    copy = path + ".copy"
    environment.copyfd(os.open(copy, os.O_CREAT | os.O_WRONLY), compact=True)
    copied = lmdb.open(copy, subdir=False, readonly=True, lock=False)
    with environment.begin() as one, copied.begin() as other:
        same = list(one.cursor()) == list(other.cursor())
    return {
        "length": length,
        "classes": classes,
        "keys": [key.decode() for key in keys],
        "records": records,
        "sorted": in_order == sorted(in_order) and len(set(in_order)) == len(in_order),
        "entries": len(in_order),
        "stat": environment.stat(),
        "absent": absent,
        "sameAfterCompaction": same,
    }


def make_lmdb(path, count, size, *flags):
    import lmdb
    import msgpack

    count, size = int(count), int(size)
    environment = lmdb.open(path, subdir="--subdir" in flags, map_size=1 << 30, sync=False)
    # Several transactions and deletions, so that pages are reused and lie in no order.
    for start in range(0, count, 100):
        with environment.begin(write=True) as transaction:
            for i in range(start, min(start + 100, count)):
                image = bytes((i + j) % 256 for j in range(size + i % 7))
                transaction.put(b"%d" % i, msgpack.dumps((image, i // 3)))
                transaction.put(b"junk%d" % i, b"x" * 3000)
        with environment.begin(write=True) as transaction:
            for i in range(start, min(start + 100, count)):
                transaction.delete(b"junk%d" % i)
    with environment.begin(write=True) as transaction:
        if "--no-keys" not in flags:
            transaction.put(b"__keys__", msgpack.dumps([b"%d" % i for i in range(count)]))
        transaction.put(b"__len__", msgpack.dumps(count))
        transaction.put(b"__classnum__", msgpack.dumps((count + 2) // 3))
    return environment.stat()


class RecordIo:
    """What mx.recordio.MXIndexedRecordIO does when reading: seek to a key's position, join the parts."""

    MAGIC = struct.pack("<I", 0xCED7230A)

    def __init__(self, folder):
        self.file = open(os.path.join(folder, "train.rec"), "rb")
        with open(os.path.join(folder, "train.idx")) as lines:
            self.positions = {int(key): int(at) for key, at in (line.strip().split("\t") for line in lines)}

    def read(self, key):
        self.file.seek(self.positions[key])
        record = b""
        while True:
            magic, word = self.file.read(4), struct.unpack("<I", self.file.read(4))[0]
            assert magic == self.MAGIC, "no record here"
            flag, length = word >> 29, word & ((1 << 29) - 1)
            record += self.file.read(length)
            self.file.read(-length % 4)
            if flag in (0, 3):
                return record
            record += self.MAGIC

    @staticmethod
    def unpack(record):
        flag, label, identifier, second = struct.unpack("IfQQ", record[:24])
        record = record[24:]
        if flag > 0:
            label = list(struct.unpack("<%df" % flag, record[: 4 * flag]))
            record = record[4 * flag :]
        return flag, label, identifier, record


def read_recordio(folder):
    rec = RecordIo(folder)
    flag, label, _, _ = rec.unpack(rec.read(0))
    first = int(label[0])
    records = []
    for key in range(1, first):
        _, own, identifier, image = rec.unpack(rec.read(key))
        assert identifier == key
        records.append(describe(image, own))
    ranges = [rec.unpack(rec.read(key))[1] for key in range(first, int(label[1]))]
    with open(os.path.join(folder, "property")) as lines:
        identities, *size = [int(part) for part in lines.readline().split(",")]
    return {
        "flag": flag,
        "records": records,
        "ranges": [[int(part) for part in own] for own in ranges],
        "property": [identities, *size],
    }


def read_tar(*paths):
    samples, meta = {}, set()
    for path in paths:
        with tarfile.open(path) as archive:
            for member in archive:
                key, field = member.name.split(".", 1)
                samples.setdefault(key, {})[field] = archive.extractfile(member).read()
                meta.add((member.mtime, member.uid, member.gid, member.uname, member.gname, member.mode))
    records = [describe(fields["jpg"], fields["cls"].decode()) for fields in samples.values()]
    return {"keys": list(samples), "records": records, "meta": sorted(meta)}


COMMANDS = {"lmdb": read_lmdb, "make-lmdb": make_lmdb, "recordio": read_recordio, "tar": read_tar}
print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))

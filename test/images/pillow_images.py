"""Writes images of many forms into a folder, and prints what Pillow makes of each: {name: base64 of its RGB bytes}."""

import base64
import json
import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image

out = sys.argv[1]
rng = np.random.RandomState(0)
W, H = 13, 7


def put(name, data):
    with open(os.path.join(out, name), "wb") as f:
        f.write(data)


def noise(*shape):
    return rng.randint(0, 256, shape, dtype=np.uint8)


def bmp(name, bits, data, header=40, compression=0, height=H, colours=0, extra=b"", gap=0):
    offset = 14 + 40 + len(extra) + gap
    info = struct.pack("<IiiHHIIiiII", header, W, height, 1, bits, compression, len(data), 2835, 2835, colours, 0)
    put(name + ".bmp", b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + info + extra + bytes(gap) + data)


picture = Image.fromarray(noise(H, W, 3))
for form in ("bmp", "tif", "gif", "ppm", "png", "webp"):
    picture.save(os.path.join(out, "rgb." + form), **({"lossless": True} if form == "webp" else {}))
for form in ("bmp", "tif", "gif", "pgm", "png"):
    picture.convert("L").save(os.path.join(out, "grey." + form))
for form in ("bmp", "tif", "pbm", "png"):
    picture.convert("1").save(os.path.join(out, "one." + form))
for form in ("bmp", "tif", "gif"):
    picture.quantize(200).save(os.path.join(out, "palette." + form))
picture.save(os.path.join(out, "lzw.tif"), compression="tiff_lzw")
picture.save(os.path.join(out, "deflate.tiff"), compression="tiff_adobe_deflate")
alpha = picture.convert("RGBA")
alpha.putalpha(Image.fromarray(noise(H, W)))
for form in ("bmp", "tif"):
    alpha.save(os.path.join(out, "alpha." + form))

palette = noise(256, 4).tobytes()
rows = lambda n: noise(H, n).tobytes()
masks = lambda *m: struct.pack("<%dI" % len(m), *m)
bmp("top-down", 24, rows(40), height=-H)
bmp("32", 32, rows(4 * W))
bmp("555", 16, rows(28))
bmp("565", 16, rows(28), compression=3, extra=masks(0xF800, 0x7E0, 0x1F))
bmp("fields-555", 16, rows(28), compression=3, extra=masks(0x7C00, 0x3E0, 0x1F))
bmp("fields-32", 32, rows(4 * W), compression=3, extra=masks(0xFF0000, 0xFF00, 0xFF))
bmp("v4", 32, rows(4 * W), header=108, compression=3, extra=masks(0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52))
bmp("4", 4, rows(8), extra=palette[:64])
bmp("4-of-10", 4, (noise(H, 8) % 10 * 17).tobytes(), extra=palette[:40], colours=10)
bmp("8-of-10", 8, (noise(H, 16) % 10).tobytes(), extra=palette[:40], colours=10)
bmp("1", 1, rows(4), extra=palette[:8])
bmp("gap", 24, rows(40), gap=10)
put("os2-24.bmp", b"BM" + struct.pack("<IHHIIHHHH", 26 + 40 * H, 0, 0, 26, 12, W, H, 1, 24) + rows(40))
put("os2-8.bmp", b"BM" + struct.pack("<IHHIIHHHH", 794 + 16 * H, 0, 0, 794, 12, W, H, 1, 8) + noise(256, 3).tobytes() + rows(16))
runs = b"".join(bytes([5, 40 * y, 0, 8]) + noise(8).tobytes() + b"\0\0" for y in range(H)) + b"\0\1"
bmp("runs-8", 8, runs, compression=1, extra=palette)
runs = b"".join(bytes([5, 0x1F, 0, 8, 0x12, 0x34, 0x56, 0x78, 0, 0]) for y in range(H)) + b"\0\1"
bmp("runs-4", 4, runs, compression=2, extra=palette[:64])

size = b"%d %d" % (W, H)
text = lambda values: b" ".join(b"%d" % v for v in np.ravel(values))
put("text.ppm", b"P3\n# a comment\n" + size + b"\n255\n" + text(noise(H, W, 3)))
put("text.pgm", b"P2 " + size + b" 6\n" + text(noise(H, W) % 7))
put("text.pbm", b"P1\n" + size + b"\n" + b"\n".join(bytes(row) for row in 48 + noise(H, W) % 2))
put("bytes-of-100.pgm", b"P5\n" + size + b"\n100\n" + (noise(H, W) % 101).tobytes())
put("bytes-of-6.ppm", b"P6\n" + size + b"\n6\n" + (noise(H, W, 3) % 7).tobytes())
put("words.ppm", b"P6\n" + size + b"\n65535\n" + noise(H, W, 6).tobytes())
put("words-of-1000.ppm", b"P6\n" + size + b"\n1000\n" + (noise(H, W, 3).astype("u2") * 3).astype(">u2").tobytes())
put("comment.pgm", b"P5 # one\n# two\n13\n# three\n7 255\n" + noise(H, W).tobytes())

put("words.pgm", b"P5\n" + size + b"\n65535\n" + noise(H, W, 2).tobytes())
put("words-of-1000.pgm", b"P5\n" + size + b"\n1000\n" + (noise(H, W).astype("u2") * 3).astype(">u2").tobytes())

inks = Image.fromarray(noise(H, W, 4), "CMYK")
inks.save(os.path.join(out, "cmyk.jpg"), quality=95)
inks.save(os.path.join(out, "cmyk.tif"))
inks.save(os.path.join(out, "cmyk-lzw.tif"), compression="tiff_lzw")
with open(os.path.join(out, "cmyk.jpg"), "rb") as f:
    jpeg = f.read()
marker = jpeg.find(b"\xff\xee")
after = marker + 2 + struct.unpack(">H", jpeg[marker + 2 : marker + 4])[0]
put("cmyk-without-adobe.jpg", jpeg[:marker] + jpeg[after:])
put("ycck.jpg", jpeg[: after - 1] + b"\2" + jpeg[after:])
for subsampling in (0, 1, 2):
    picture.save(os.path.join(out, "chroma-%d.jpg" % subsampling), subsampling=subsampling)
picture.save(os.path.join(out, "progressive.jpg"), progressive=True)
with open(os.path.join(out, "chroma-0.jpg"), "rb") as f:
    put("rgb-adobe.jpg", f.read().replace(b"\xff\xdb", b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0\xff\xdb", 1))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, depth, colours, lines, *extra):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, depth, colours, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line.tobytes() for line in lines)))
    put(name + ".png", b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + data + chunk(b"IEND", b""))


wide = rng.randint(0, 65536, (H, W)).astype(">u2")
wide[:3] %= 300
png("grey-16", 16, 0, wide)
png("grey-16-one-transparent", 16, 0, wide, chunk(b"tRNS", wide[0, :1].tobytes()))
for name, colours, channels in (("grey-alpha-16", 4, 2), ("rgb-16", 2, 3), ("rgb-alpha-16", 6, 4)):
    png(name, 16, colours, noise(H, 2 * W * channels))
Image.fromarray(wide.astype("<u2")).save(os.path.join(out, "grey-16.tif"))
for depth in (1, 2, 4, 8):
    lines = noise(H, (W * depth + 7) // 8)
    palette_chunk = chunk(b"PLTE", noise(3 * 2**depth).tobytes())
    png("grey-%d" % depth, depth, 0, lines)
    png("grey-%d-one-transparent" % depth, depth, 0, lines, chunk(b"tRNS", b"\0\1"))
    png("palette-%d" % depth, depth, 3, lines, palette_chunk)
    png("palette-%d-transparent" % depth, depth, 3, lines, palette_chunk, chunk(b"tRNS", bytes([0, 128])))
png("grey-alpha", 8, 4, noise(H, 2 * W))
png("rgb-alpha", 8, 6, noise(H, 4 * W))
png("gamma", 8, 2, noise(H, 3 * W), chunk(b"gAMA", struct.pack(">I", 100000)))
picture.quantize(16).save(os.path.join(out, "transparent.gif"), transparency=3)
frames = [picture.quantize(16), picture.rotate(180).quantize(16)]
frames[0].save(os.path.join(out, "moving.gif"), save_all=True, append_images=frames[1:])
alpha.save(os.path.join(out, "alpha.webp"), lossless=True, exact=True)
alpha.save(os.path.join(out, "alpha-lossy.webp"), quality=70)

found = {}
for name in sorted(os.listdir(out)):
    with Image.open(os.path.join(out, name)) as image:
        found[name] = base64.b64encode(image.convert("RGB").tobytes()).decode()
print(json.dumps(found))

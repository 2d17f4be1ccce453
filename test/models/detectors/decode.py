"""Faces of the raw outputs of detectors, decoded with NumPy from the papers' and authors' definitions alone.

Takes a JSON file: {form, width, height, least, overlap, outputs: {name: {dims, data}}}; prints the faces that are kept.
"""
import json
import sys

import numpy as np

given = json.load(open(sys.argv[1]))
form, width, height = given["form"], given["width"], given["height"]
out = {name: np.array(o["data"], np.float32).reshape(-1, o["dims"][-1]).astype(np.float64) for name, o in given["outputs"].items()}


def grid(stride):
    columns, rows = -(-width // stride), -(-height // stride)
    y, x = np.mgrid[:rows, :columns]
    return np.stack([x.ravel(), y.ravel()], 1).astype(np.float64)


def yunet():
    scores, boxes, points = [], [], []
    for stride in (8, 16, 32):
        cell = grid(stride)
        scores.append(np.sqrt(out[f"cls_{stride}"][:, 0].clip(0, 1) * out[f"obj_{stride}"][:, 0].clip(0, 1)))
        box = out[f"bbox_{stride}"]
        middle = (cell + box[:, :2]) * stride
        size = np.exp(box[:, 2:]) * stride
        boxes.append(np.hstack([middle - size / 2, middle + size / 2]))
        points.append(((out[f"kps_{stride}"].reshape(-1, 5, 2) + cell[:, None]) * stride).reshape(-1, 10))
    return scores, boxes, points


def scrfd():
    scores, boxes, points = [], [], []
    for i, stride in enumerate((8, 16, 32)):
        cell = np.repeat(grid(stride) * stride, 2, axis=0)
        scores.append(out[f"s{i}"][:, 0])
        far = out[f"b{i}"] * stride
        boxes.append(np.hstack([cell - far[:, :2], cell + far[:, 2:]]))
        points.append((out[f"p{i}"].reshape(-1, 5, 2) * stride + cell[:, None]).reshape(-1, 10))
    return scores, boxes, points


def retinaface():
    priors = []
    for stride, sizes in zip((8, 16, 32), ((16, 32), (64, 128), (256, 512))):
        for cell in grid(stride):
            for size in sizes:
                priors.append([*(cell + 0.5) * stride, size])
    prior = np.array(priors)
    middle = prior[:, :2] + out["loc"][:, :2] * 0.1 * prior[:, 2:]
    size = prior[:, 2:] * np.exp(out["loc"][:, 2:] * 0.2)
    points = prior[:, None, :2] + out["landms"].reshape(-1, 5, 2) * 0.1 * prior[:, None, 2:]
    return [out["conf"][:, 1]], [np.hstack([middle - size / 2, middle + size / 2])], [points.reshape(-1, 10)]


score, box, point = (np.concatenate(part) for part in {"yunet": yunet, "scrfd": scrfd, "retinaface": retinaface}[form]())
keep = score >= given["least"]
score, box, point = score[keep], box[keep], point[keep]
edge = 0 if form == "yunet" else 1
area = (box[:, 2] - box[:, 0] + edge) * (box[:, 3] - box[:, 1] + edge)
order = np.argsort(-score, kind="stable")
faces = []
while order.size:
    i, rest = order[0], order[1:]
    faces.append({"score": score[i], "box": box[i].tolist(), "points": point[i].tolist()})
    upper, lower = np.maximum(box[i, :2], box[rest, :2]), np.minimum(box[i, 2:], box[rest, 2:])
    shared = np.prod(np.maximum(0, lower - upper + edge), axis=1)
    order = rest[shared / (area[i] + area[rest] - shared) <= given["overlap"]]
print(json.dumps(faces))

"""Crops by OpenCV's warpAffine and transforms by scikit-image, of landmarks and an image in files; prints paths and numbers."""
import json
import sys

import cv2
import numpy as np
from skimage.transform import SimilarityTransform

template = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
results = []
for case in json.load(open(sys.argv[1])):
    size = case["size"]
    ratio, shift = (size / 112, 0) if size % 112 == 0 else (size / 128, 8 * size / 128)
    to = template * ratio + [shift, 0]
    similarity = SimilarityTransform()
    similarity.estimate(np.array(case["points"]).reshape(5, 2), to)
    matrix = similarity.params[:2]
    image = np.frombuffer(open(case["pixels"], "rb").read(), np.uint8).reshape(case["height"], case["width"], 3)
    cv2.warpAffine(image, matrix, (size, size), borderValue=0).tofile(case["crop"])
    results.append(matrix.ravel().tolist())
print(json.dumps(results))

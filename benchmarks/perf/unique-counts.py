"""The authors' own count of unique identities, for the first 1,000, 2,000 .. N: seconds and the counts.

Their script is imported as it lies in their repository; its loop is the same as here, but for the N it ends at.
"""
import importlib.util
import json
import sys
import time
import types

import numpy

script, file = sys.argv[1:3]
# The script imports matplotlib and counts without it.
sys.modules.setdefault('matplotlib', types.ModuleType('matplotlib'))
sys.modules.setdefault('matplotlib.pyplot', types.ModuleType('matplotlib.pyplot'))
spec = importlib.util.spec_from_file_location('authors', script)
authors = importlib.util.module_from_spec(spec)
spec.loader.exec_module(authors)
features = numpy.load(file)
authors.get_similarity(features[:1000])
start = time.perf_counter()
counts = [int(authors.get_similarity(features[: n + 1000])) for n in range(0, len(features), 1000)]
print(json.dumps({'seconds': time.perf_counter() - start, 'counts': counts}))

"""Writes the trained networks as ONNX with a descriptor beside each.

    /usr/bin/python3 training/export.py --runs RUNS --out models/demo [--only demo-generator]

Weights are stored as float16 followed by a Cast, which the runtime folds away when it loads the file: half the size,
float32 arithmetic. The batch axis is free and is named `batch`.
"""
import argparse
import hashlib
import io
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from architectures.attribute_network import AttributeNetwork, QUALITY_SIZE, SingleOutput
from architectures.recogniser import FEATURE_SIZE, RECOGNISERS
from architectures.vec2face import TOKENS, Vec2Face

OPSET = 17
SMALLEST_HALVED = 256


def halve_weights(model: onnx.ModelProto) -> None:
    """Every float32 initialiser of more than a few numbers becomes float16 and a Cast back."""
    graph = model.graph
    casts, kept = [], []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < SMALLEST_HALVED:
            kept.append(tensor)
            continue
        values = numpy_helper.to_array(tensor)
        if np.abs(values).max() > 65504:
            raise SystemExit(f'{tensor.name} has values that float16 cannot hold')
        kept.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + '.half'))
        casts.append(helper.make_node('Cast', [tensor.name + '.half'], [tensor.name], to=TensorProto.FLOAT))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def export(network: nn.Module, inputs: Dict[str, torch.Tensor], output: str) -> bytes:
    buffer = io.BytesIO()
    names = list(inputs)
    torch.onnx.export(network.eval(), tuple(inputs.values()), buffer, opset_version=OPSET, input_names=names,
                      output_names=[output], do_constant_folding=True,
                      dynamic_axes={name: {0: 'batch'} for name in names + [output]})
    model = onnx.load_from_string(buffer.getvalue())
    halve_weights(model)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def image_descriptor(name: str, role: str, size: int, output: str, description: str, note: str, extra: str = '') -> str:
    return f'''name: {name}
role: {role}
description: {description}
demo: true
licence: MIT
input:
  name: image
  layout: NCHW
  size: [112, 112]
  channels: RGB
  scale: 255
  mean: [0.5, 0.5, 0.5]
  std: [0.5, 0.5, 0.5]
output:
  name: {output}
  size: {size}
{extra}batch: {{ min: 1, max: 64 }}
provenance:
  source: training/ in this repository
  trainedOn: faces rendered by this project (demo world), no photographs
  note: {note}
'''


GENERATOR_DESCRIPTOR = f'''name: demo-generator
role: generator
description: Vec2Face's design at small width, trained on rendered faces (demo)
demo: true
licence: MIT
input:
  name: vector
  size: {FEATURE_SIZE}
  masks:
    dropped: dropped
    masked: masked
    tokens: {TOKENS}
    droppedCount: 5
output:
  name: image
  size: [112, 112]
  channels: RGB
  range: [-1, 1]
batch: {{ min: 1, max: 64 }}
provenance:
  source: training/ in this repository
  trainedOn: faces rendered by this project (demo world), no photographs
  note: makes rendered faces of no person; inverts the features of demo-recogniser-a
'''

NOT_FOR_PEOPLE = 'trained on rendered faces, not a face recogniser for people'


def attribute_network(runs: Path) -> AttributeNetwork:
    weights = torch.load(runs / 'attributes' / 'checkpoint.pt')['parts']['network']
    network = AttributeNetwork(len(weights['attributes.weight']), len(weights['parameters_head.weight']))
    network.load_state_dict(weights)
    return network


def build(name: str, runs: Path) -> Tuple[bytes, str]:
    """The ONNX bytes and the descriptor of one demo model."""
    image = {'image': torch.zeros(2, 3, 112, 112)}
    if name.startswith('demo-recogniser-'):
        letter = name[-1]
        network = RECOGNISERS[letter]()
        network.load_state_dict(torch.load(runs / name / 'checkpoint.pt')['parts']['network'])
        how = {'a': 'ArcFace', 'b': 'CosFace'}[letter]
        return (export(network, image, 'feature'),
                image_descriptor(name, 'recogniser', FEATURE_SIZE, 'feature', f'demo recogniser, {how} loss', NOT_FOR_PEOPLE,
                                 'flip: true\nfusion: sum\n' if letter == 'b' else 'flip: false\n'))
    if name == 'demo-generator':
        network = Vec2Face()
        network.load_state_dict(torch.load(runs / name / 'checkpoint.pt')['parts']['average'])
        masks = torch.zeros(2, TOKENS, dtype=torch.bool)
        return export(network, {'vector': torch.randn(2, 512), 'dropped': masks, 'masked': masks.clone()}, 'image'), GENERATOR_DESCRIPTOR
    network = attribute_network(runs)
    if name == 'demo-pose':
        return (export(SingleOutput(network, 'pose'), image, 'pose'),
                image_descriptor(name, 'pose', 3, 'pose', 'demo pose model - yaw, pitch, roll in degrees', NOT_FOR_PEOPLE))
    if name == 'demo-quality':
        return (export(SingleOutput(network, 'quality'), image, 'feature'),
                image_descriptor(name, 'quality', QUALITY_SIZE, 'feature', 'demo quality model - the norm is the quality, 18 to 35', NOT_FOR_PEOPLE))
    if name == 'demo-fid':
        return (export(SingleOutput(network, 'features'), image, 'feature'),
                image_descriptor(name, 'features', network.trunk.width, 'feature', 'features of demo-FID, which is not FID', NOT_FOR_PEOPLE,
                                 'distanceName: demo-FID\n'))
    raise SystemExit(f'no demo model is called {name}')


MODELS = ('demo-recogniser-a', 'demo-recogniser-b', 'demo-generator', 'demo-pose', 'demo-quality', 'demo-fid')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--runs', required=True, help='folder of the runs: demo-recogniser-a, .., demo-generator, attributes')
    parser.add_argument('--out', required=True)
    parser.add_argument('--only', choices=MODELS, action='append')
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    total = 0
    for name in args.only or MODELS:
        data, descriptor = build(name, Path(args.runs))
        (out / f'{name}.onnx').write_bytes(data)
        (out / f'{name}.yaml').write_text(descriptor.rstrip('\n') + f'\n  sha256: {hashlib.sha256(data).hexdigest()}\n')
        if name == 'demo-generator':
            features = np.load(Path(args.runs) / name / 'identity-features.npy')
            np.save(out / 'demo-identity-features.npy', features.astype(np.float16))
        total += len(data)
        print(f'{name}: {len(data) / 1e6:.2f} MB')
    print(f'together {total / 1e6:.2f} MB')


if __name__ == '__main__':
    main()

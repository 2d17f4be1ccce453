"""Runs an ONNX graph with PyTorch's operators, so that autograd gives the gradients to compare with.

Usage: onnx_in_torch.py NETWORK.onnx INPUTS.npz OF WITH_RESPECT_TO,.. float32|float64 OUT.npz
INPUTS.npz holds the inputs by name. OUT.npz gets `of` and `NAME_grad` for each value asked for.
"""
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

network, inputs, of, wanted, precision, out = sys.argv[1:]
kind = getattr(torch, precision)
model = onnx.load(network)
values = {"": None}


def give(array):
    tensor = torch.from_numpy(np.array(array))
    return tensor.to(kind) if tensor.is_floating_point() else tensor


for tensor in model.graph.initializer:
    values[tensor.name] = give(numpy_helper.to_array(tensor))
for name, array in np.load(inputs).items():
    values[name] = give(array)
for name in wanted.split(","):
    if name in values:
        values[name].requires_grad_(True)


def ints(x):
    return [int(v) for v in x.reshape(-1).tolist()]


def pads_of(a, rank):
    pads = a.get("pads", [0] * (2 * rank))
    begin, end = pads[:rank], pads[rank:]
    assert begin == end, "uneven pads"
    return begin


def reduction(operator):
    def run(a, x, axes=None):
        axes = ints(axes) if axes is not None else a.get("axes") or list(range(x.dim()))
        keep = bool(a.get("keepdims", 1))
        if operator == "ReduceMax":
            return x.amax(axes, keep)
        if operator == "ReduceMin":
            return x.amin(axes, keep)
        if operator == "ReduceL2":
            return x.square().sum(axes, keep).sqrt()
        return (x.mean if operator == "ReduceMean" else x.sum)(axes, keep)

    return run


def slice_(a, x, starts, ends, axes=None, steps=None):
    axes = ints(axes) if axes is not None else range(x.dim())
    steps = ints(steps) if steps is not None else [1] * len(starts)
    index = [slice(None)] * x.dim()
    for axis, start, end, step in zip(axes, ints(starts), ints(ends), steps):
        if step < 0:
            x = x.flip(axis)
            continue
        index[axis] = slice(start, min(end, x.shape[axis]) if end >= 0 else end, step)
    return x[tuple(index)]


def gather_nd(a, x, places):
    shared = a.get("batch_dims", 0)
    index = []
    for axis in range(shared):
        shape = [1] * (places.dim() - 1)
        shape[axis] = -1
        index.append(torch.arange(places.shape[axis]).reshape(shape))
    return x[tuple(index + [places[..., i] for i in range(places.shape[-1])])]


def reshape(a, x, shape):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(ints(shape))])


def conv(a, x, w, b=None):
    top, left, bottom, right = a.get("pads", [0] * 4)
    return F.conv2d(F.pad(x, [left, right, top, bottom]), w, b, a.get("strides", [1, 1]), 0, a.get("dilations", [1, 1]), a.get("group", 1))


def resize(a, x, roi=None, scales=None, sizes=None):
    mode = {"nearest": "nearest", "linear": "bilinear"}[a.get("mode", "nearest")]
    size = ints(sizes)[2:] if sizes is not None else [int(n * s) for n, s in zip(x.shape[2:], scales.tolist()[2:])]
    return F.interpolate(x, size, mode=mode, **({"align_corners": False} if mode == "bilinear" else {}))


def flatten(a, x):
    axis = a.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def cast(a, x):
    to = onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[a["to"]]
    return x.to(kind) if np.issubdtype(to, np.floating) else x.to(torch.from_numpy(np.zeros(1, to)).dtype)


def gemm(a, x, w, b=None):
    x = x.T if a.get("transA") else x
    w = w.T if a.get("transB") else w
    y = a.get("alpha", 1.0) * (x @ w)
    return y if b is None else y + a.get("beta", 1.0) * b


def depth_to_space(a, x):
    n, c, h, w = x.shape
    b = a["blocksize"]
    if a.get("mode", "DCR") == "CRD":
        return F.pixel_shuffle(x, b)
    return x.reshape(n, b, b, c // b**2, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // b**2, h * b, w * b)


def top(a, x, k):
    """Of equal values the first comes first, as ONNX has it and torch.topk has not."""
    found, at = torch.sort(x, dim=a.get("axis", -1), descending=bool(a.get("largest", 1)), stable=True)
    return found.narrow(a.get("axis", -1), 0, int(k)), at.narrow(a.get("axis", -1), 0, int(k))


OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "Sub": lambda a, x, y: x - y,
    "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="floor"),
    "Max": lambda a, *x: x[0] if len(x) == 1 else torch.maximum(*torch.broadcast_tensors(*x)),
    "Neg": lambda a, x: -x,
    "Abs": lambda a, x: x.abs(),
    "Sqrt": lambda a, x: x.sqrt(),
    "Erf": lambda a, x: torch.erf(x),
    "Exp": lambda a, x: x.exp(),
    "Sigmoid": lambda a, x: x.sigmoid(),
    "Relu": lambda a, x: x.relu(),
    "PRelu": lambda a, x, s: torch.where(x >= 0, x, x * s),
    "Atan": lambda a, x: x.atan(),
    "Less": lambda a, x, y: x < y,
    "Equal": lambda a, x, y: x == y,
    "Greater": lambda a, x, y: x > y,
    "Or": lambda a, x, y: x | y,
    "And": lambda a, x, y: x & y,
    "Not": lambda a, x: ~x,
    "Where": lambda a, c, x, y: torch.where(c, *torch.broadcast_tensors(x, y)) if x.dtype == y.dtype else torch.where(c, x.to(kind), y.to(kind)),
    "Clip": lambda a, x, low=None, high=None: x.clip(None if low is None else low.item(), None if high is None else high.item()),
    "Softmax": lambda a, x: x.softmax(a.get("axis", -1)),
    "MatMul": lambda a, x, y: x @ y,
    "Gemm": gemm,
    "Conv": conv,
    "BatchNormalization": lambda a, x, s, b, m, v: F.batch_norm(x, m, v, s, b, False, 0, a.get("epsilon", 1e-5)),
    "InstanceNormalization": lambda a, x, s, b: F.instance_norm(x, weight=s, bias=b, eps=a.get("epsilon", 1e-5)),
    "LayerNormalization": lambda a, x, s, b=None: F.layer_norm(x, s.shape, s, b, a.get("epsilon", 1e-5)),
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "MaxPool": lambda a, x: F.max_pool2d(x, a["kernel_shape"], a.get("strides"), pads_of(a, 2)),
    "AveragePool": lambda a, x: F.avg_pool2d(x, a["kernel_shape"], a.get("strides"), pads_of(a, 2), count_include_pad=bool(a.get("count_include_pad", 0))),
    "Reshape": reshape,
    "Flatten": flatten,
    "Transpose": lambda a, x: x.permute(a["perm"]),
    "Concat": lambda a, *x: torch.cat([v.to(torch.int64) if not v.is_floating_point() else v for v in x], a["axis"]),
    "Slice": slice_,
    "Gather": lambda a, x, i: torch.index_select(x, a.get("axis", 0), i.reshape(-1)).reshape(
        list(x.shape[: a.get("axis", 0)]) + list(i.shape) + list(x.shape[a.get("axis", 0) + 1 :])
    ),
    "GatherND": gather_nd,
    "Unsqueeze": lambda a, x, axes: x.reshape([*x.shape[: ints(axes)[0]], 1, *x.shape[ints(axes)[0] :]]),
    "Squeeze": lambda a, x, axes: x.squeeze(ints(axes)[0]),
    "Expand": lambda a, x, shape: x.expand(torch.broadcast_shapes(x.shape, ints(shape))),
    "Shape": lambda a, x: torch.tensor(x.shape),
    "Cast": cast,
    "CumSum": lambda a, x, axis: x.cumsum(int(axis)),
    "Pad": lambda a, x, pads, value=None: F.pad(x, [n for i in reversed(range(x.dim())) for n in (ints(pads)[i], ints(pads)[i + x.dim()])]),
    "Identity": lambda a, x: x,
    "Resize": resize,
    "TopK": top,
    "DepthToSpace": depth_to_space,
    "Split": lambda a, x, sizes=None: x.split(ints(sizes) if sizes is not None else x.shape[a.get("axis", 0)] // a["count"], a.get("axis", 0)),
    **{name: reduction(name) for name in ("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2")},
}


def attribute(a):
    value = onnx.helper.get_attribute_value(a)
    if isinstance(value, bytes):
        return value.decode()
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else list(value) if hasattr(value, "__len__") else value


for node in model.graph.node:
    attributes = {a.name: attribute(a) for a in node.attribute}
    if node.op_type == "Constant":
        results = give(attributes["value"])
    else:
        if node.op_type == "Split":
            attributes["count"] = len(node.output)
        results = OPERATORS[node.op_type](attributes, *[values[name] for name in node.input])
    for name, result in zip(node.output, results if isinstance(results, tuple) else [results]):
        values[name] = result
names = wanted.split(",")
gradients = torch.autograd.grad(values[of].sum(), [values[name] for name in names])
np.savez(out, of=values[of].detach().numpy(), **{f"{name}_grad": g.numpy() for name, g in zip(names, gradients)})

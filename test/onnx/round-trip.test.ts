import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, type ModelProto } from '../../src/onnx/messages.js'
import { decodeGraph, readGraph } from '../../src/onnx/read-graph.js'
import { Runtime } from '../../src/onnx/runtime.js'
import { numbersOf } from '../../src/onnx/tensor.js'
import { encodeGraph, writeGraph } from '../../src/onnx/write-graph.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'
import { inputsFor, NETWORKS } from './real-networks.js'

const folder = scratchFolder()
const hasOnnx = pythonHas('onnx')

async function outputsOf(path: string): Promise<Record<string, number[]>> {
  const runtime = await Runtime.open(path, { threads: 1 })
  const outputs = await runtime.run(inputsFor(runtime))
  await runtime.close()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  )
}

describe.skipIf(NETWORKS.length === 0)('a network that is read and written again', () => {
  it.each(NETWORKS)('%s gives the same numbers', async (path) => {
    const copy = join(folder, basename(path))
    const graph = readGraph(path)
    await writeGraph(graph, copy)
    expect(await outputsOf(copy)).toEqual(await outputsOf(path))
    // and once more over itself, with its weights beside it
    await writeGraph(readGraph(copy), copy, { largestFile: 1000 })
    await writeGraph(readGraph(copy), copy, { largestFile: 1000 })
    expect(await outputsOf(copy)).toEqual(await outputsOf(path))
  })

  it.skipIf(!hasOnnx)('says the same to onnx, and passes its checker', async () => {
    const copies: string[] = []
    for (const path of NETWORKS) {
      const copy = join(folder, `again-${basename(path)}`)
      await writeGraph(readGraph(path), copy)
      copies.push(path, copy)
    }
    const script = join(folder, 'same.py')
    writeFileSync(
      script,
      `import json, sys, onnx
from onnx import numpy_helper
def plain(message):
    for opset in message.opset_import:
        if not opset.domain: opset.ClearField('domain')
    for tensor in list(message.graph.initializer) + [a.t for n in message.graph.node for a in n.attribute if a.type == 4]:
        raw = numpy_helper.to_array(tensor).tobytes()
        for field in ('raw_data', 'float_data', 'int32_data', 'int64_data', 'double_data', 'uint64_data'):
            tensor.ClearField(field)
        tensor.raw_data = raw
    return message
same = []
for before, after in zip(sys.argv[1::2], sys.argv[2::2]):
    onnx.checker.check_model(onnx.load(after), full_check=True)
    a, b = plain(onnx.load(before)), plain(onnx.load(after))
    same.append(a == b)
print(json.dumps(same))`,
    )
    expect(pythonJson<boolean[]>(script, ...copies)).toEqual(NETWORKS.map(() => true))
  })
})

describe('what this program does not use', () => {
  it.skipIf(!hasOnnx)(
    'functions, subgraphs, every kind of attribute and of numbers, remarks: all are written again',
    () => {
      const before = join(folder, 'everything.onnx')
      const after = join(folder, 'everything-again.onnx')
      const make = join(folder, 'make.py')
      writeFileSync(make, EVERYTHING)
      pythonJson(make, before)
      const graph = readGraph(before)
      for (const name of ['f32', 'f64', 'f16', 'i8', 'u64', 'b', 'external'])
        expect(numbersOf(graph.initialisers.get(name) ?? fail(name)), name).toEqual([1, 0, 3])
      expect(graph.nodes.find(({ opType }) => opType === 'Slice')?.attributes.ends).toEqual([2 ** 63])
      writeFileSync(after, encodeGraph(graph))
      const compare = join(folder, 'compare.py')
      writeFileSync(compare, COMPARE)
      expect(pythonJson<string[]>(compare, before, after)).toEqual([])
    },
  )

  it('fields that are newer than this program', () => {
    const model: ModelProto = {
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'g',
        node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
        input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [] } } } }],
        output: [{ name: 'y', type: { tensorType: { elemType: 1, shape: { dim: [] } } } }],
      },
    }
    const unknown = Uint8Array.of(0xfa, 0x3f, 3, 1, 2, 3) // field 1023, three bytes
    const bytes = Buffer.concat([encodeMessage('ModelProto', model), unknown])
    const again = Buffer.from(encodeGraph(decodeGraph(bytes)))
    expect(again.includes(Buffer.from(unknown))).toBe(true)
    expect(decodeMessage('ModelProto', again).graph?.node[0].opType).toBe('Identity')
  })
})

function fail(name: string): never {
  throw new Error(`no ${name}`)
}

const EVERYTHING = `import sys, os, onnx, numpy as np
from onnx import helper as h, numpy_helper as nh, TensorProto as T
path = sys.argv[1]
folder = os.path.dirname(path)
open(os.path.join(folder, 'everything.bin'), 'wb').write(b'1234' + np.array([1, 0, 3], np.float32).tobytes())
external = T(name='external', data_type=T.FLOAT, dims=[3], data_location=T.EXTERNAL)
for k, v in dict(location='everything.bin', offset='4', length='12').items():
    external.external_data.add(key=k, value=v)
tensors = [h.make_tensor('f32', T.FLOAT, [3], [1, 0, 3]), h.make_tensor('f64', T.DOUBLE, [3], [1, 0, 3]),
  h.make_tensor('f16', T.FLOAT16, [3], [1, 0, 3]), h.make_tensor('i8', T.INT8, [3], [1, 0, 3]),
  h.make_tensor('u64', T.UINT64, [3], [1, 0, 3]), h.make_tensor('b', T.BOOL, [3], [1, 0, 3]),
  h.make_tensor('text', T.STRING, [2], [b'one', b'\\xff']), external]
tensors[0].doc_string = 'a remark'
inner = h.make_graph([h.make_node('Add', ['x', 'f32'], ['z'])], 'then', [], [h.make_tensor_value_info('z', T.FLOAT, None)])
node = h.make_node('Unknown', ['x', '', 'f32'], ['u'], domain='custom', name='n', doc_string='of a node',
  f=1.5, i=2**62 + 1, s='text', t=tensors[1], g=inner, fs=[1.0, 2.5], ss=['a', 'b'], ts=tensors[:2], gs=[inner], big=2**63 - 1, bytes=b'\\xff\\xfe')
nodes = [node, h.make_node('Slice', ['x'], ['v'], starts=[0], ends=[2**63 - 1]), h.make_node('If', ['c'], ['w'], then_branch=inner, else_branch=inner)]
graph = h.make_graph(nodes, 'all', [h.make_tensor_value_info('x', T.FLOAT, ['n', None, 3]), h.make_tensor_sequence_value_info('q', T.FLOAT, None), h.make_tensor_value_info('c', T.BOOL, [])],
  [h.make_tensor_value_info('w', T.FLOAT, None)], tensors, doc_string='of the graph', value_info=[h.make_tensor_value_info('u', T.FLOAT, [1])])
graph.quantization_annotation.add(tensor_name='x').quant_parameter_tensor_names.add(key='SCALE_TENSOR', value='f32')
graph.sparse_initializer.add(dims=[4]).values.CopyFrom(h.make_tensor('sv', T.FLOAT, [1], [2]))
function = h.make_function('custom', 'f', ['a'], ['r'], [h.make_node('Relu', ['a'], ['r'])], [h.make_opsetid('', 9)])
model = h.make_model(graph, opset_imports=[h.make_opsetid('', 9), h.make_opsetid('custom', 2)], functions=[function], producer_name='p', producer_version='1', doc_string='of the model', model_version=7, domain='d')
model.ir_version = 5
h.set_model_props(model, dict(author='nobody'))
model.training_info.add().initialization.name = 'start'
open(path, 'wb').write(model.SerializeToString())
print('null')`

const COMPARE = `import json, sys, onnx
from onnx import numpy_helper
a, b = onnx.load(sys.argv[1]), onnx.load(sys.argv[2], load_external_data=False)
different = []
def numbers(t):
    return list(t.string_data) if t.data_type == 8 else numpy_helper.to_array(t).tolist()
def tensors(m):
    return list(m.graph.initializer) + [x.t for n in m.graph.node for x in n.attribute if x.type == 4]
for x, y in zip(tensors(a), tensors(b)):
    if x.name != y.name or numbers(x) != numbers(y) or x.doc_string != y.doc_string:
        different.append(x.name)
for m in (a, b):
    for opset in m.opset_import:
        if not opset.domain: opset.ClearField('domain')
    for t in tensors(m):
        name = t.name
        t.Clear()
        t.name = name
    for n in m.graph.node:
        attributes = sorted(n.attribute, key=lambda x: x.name)
        n.ClearField('attribute')
        n.attribute.extend(attributes)
if a != b:
    different.append(str(a) + str(b))
print(json.dumps(different))`

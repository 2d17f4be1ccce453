import { expect, test } from 'vitest'
import { Graph } from '../../src/onnx/graph.js'
import { failureOf, fittingRows } from '../../src/onnx/provider-failure.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'

/** Messages of onnxruntime as users met them, by the version or the issue that shows them. */
const MESSAGES = {
  // microsoft/onnxruntime#20038
  allocator:
    "Non-zero status code returned while running Mul node. Name:'Mul_8702' Status Message: /workspace/onnxruntime/onnxruntime/core/framework/bfc_arena.cc:368 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*, bool, onnxruntime::WaitNotificationFn) Failed to allocate memory for requested buffer of size 2830172160",
  // hacksider/Deep-Live-Cam#584
  driver:
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=DESKTOP-QUBEI ; file=cuda_stream_handle.cc ; line=175 ; expr=cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);',
  // microsoft/onnxruntime#25195
  webgpu: '[E:onnxruntime:Default, webgpu_context.cc:120 operator()] WebGPU device error(2): Out of memory',
  // itsnine/yolov5-onnxruntime#20
  ordinal:
    'CUDA failure 101: invalid device ordinal ; GPU=0 ; hostname=4dbec2b03d4e ; expr=cudaSetDevice(info_.device_id);',
  // microsoft/onnxruntime#17837
  memcpy: "Could not find an implementation for MemcpyToHost(1) node with name 'Memcpy_token_167'",
  // davidberenstein1957/fast-sentence-transformers#23
  kernel:
    "Failed to find kernel for MemcpyFromHost(1) (node:'Memcpy' ep:'CPUExecutionProvider'). Kernel not found",
}

test('a GPU without room says how much was wanted, and that a smaller batch may do', () => {
  expect(failureOf(MESSAGES.allocator, 'cuda')).toEqual({
    what: "the GPU's memory is too small: no 2.6 GiB in one piece are left",
    ways: [
      { flag: '--batch', text: 'use a smaller --batch' },
      "end what else uses the GPU ('nvidia-smi' lists it)",
    ],
    outOfMemory: true,
  })
  for (const message of [MESSAGES.driver, MESSAGES.webgpu])
    expect(failureOf(message, 'cuda')).toMatchObject({
      what: "the GPU's memory is too small",
      outOfMemory: true,
    })
})

test('a device number that is not there is told, with how to find those that are', () => {
  expect(failureOf(MESSAGES.ordinal, 'cuda')).toEqual({
    what: 'there is no GPU of that number',
    ways: [expect.stringContaining('nvidia-smi -L')],
  })
})

test('an operator that a provider lacks is named, and its node', () => {
  expect(failureOf(MESSAGES.memcpy, 'cuda')?.what).toMatch(
    /'cuda' has no operator MemcpyToHost .*'Memcpy_token_167'/,
  )
  expect(failureOf(MESSAGES.kernel, 'cuda')?.what).toMatch(
    /no operator MemcpyFromHost of version 1 .*'Memcpy'/,
  )
})

test('what is none of these keeps its own words', () => {
  expect(failureOf('Got invalid dimensions for input: x', 'cuda')).toBeUndefined()
})

test('the onnxruntime that is here says it in these words: a convolution of float64', async () => {
  const network = Graph.of({
    nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
    inputs: [
      { name: 'x', type: 'float64', shape: [1, 1, 4, 4] },
      { name: 'w', type: 'float64', shape: [1, 1, 2, 2] },
    ],
    outputs: [{ name: 'y', type: 'float64', shape: [1, 1, 3, 3] }],
  })
  await expect(Runtime.open(network)).rejects.toThrow(/'cpu' has no operator Conv of version \d+ .* node 'y'/)
})

/** onnx's numbers of types. */
const UINT64 = 13
const INT64 = 7

/** A network whose n rows take n 2^n numbers. */
const GREEDY = Graph.of({
  nodes: [
    { opType: 'Shape', inputs: ['x'], outputs: ['rows'], attributes: { end: 1 } },
    { opType: 'Div', inputs: ['rows', 'rows'], outputs: ['one'] },
    { opType: 'Cast', inputs: ['rows'], outputs: ['power'], attributes: { to: UINT64 } },
    { opType: 'Cast', inputs: ['one'], outputs: ['bit'], attributes: { to: UINT64 } },
    { opType: 'BitShift', inputs: ['bit', 'power'], outputs: ['shifted'], attributes: { direction: 'LEFT' } },
    { opType: 'Cast', inputs: ['shifted'], outputs: ['width'], attributes: { to: INT64 } },
    { opType: 'Concat', inputs: ['one', 'width'], outputs: ['shape'], attributes: { axis: 0 } },
    { opType: 'Expand', inputs: ['x', 'shape'], outputs: ['wide'] },
    { opType: 'ReduceMax', inputs: ['wide'], outputs: ['y'] },
  ],
  inputs: [{ name: 'x', type: 'float32', shape: ['n', 1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1, 1] }],
})

test('a batch that there is no memory for ends with one that was tried and fits', async () => {
  const runtime = await Runtime.open(GREEDY)
  const rows = (n: number) => ({ x: runtimeTensor('float32', new Float32Array(n).fill(1), [n, 1]) })
  expect((await runtime.run(rows(10))).y.data[0]).toBe(1)
  await expect(runtime.run(rows(40))).rejects.toThrow(
    /a batch of 40 failed: the memory is too small: no 163840\.0 GiB .*a batch of 20 was tried and fits: use --batch 20/,
  )
  await runtime.close()
})

test('halves are tried until one fits; none may', async () => {
  expect(await fittingRows(64, async (rows) => rows <= 24)).toBe(16)
  expect(await fittingRows(5, async (rows) => rows <= 1)).toBe(1)
  expect(await fittingRows(64, async () => false)).toBeUndefined()
})

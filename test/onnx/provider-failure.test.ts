import { expect, test } from 'vitest'
import { Graph } from '../../src/onnx/graph.js'
import { batchError, failureOf, fittingRows, SMALLER_BATCH } from '../../src/onnx/provider-failure.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { runtimeReason } from '../../src/onnx/runtime-message.js'

/** How onnxruntime on Linux says where one of CUDA's libraries failed: twice, one in the other. */
const inCudaCall = (type: string) => {
  const signature = `std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, ERRTYPE, const char*, const char*, int) [with ERRTYPE = ${type}; bool THRW = true; std::conditional_t<THRW, void, onnxruntime::common::Status> = void]`
  const file = '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc'
  return `${file}:121 ${signature} ${file}:114 ${signature}`
}

/** Messages of onnxruntime as users met them, by the issue that shows them. */
const MESSAGES = {
  // microsoft/onnxruntime#20038
  allocator:
    "Non-zero status code returned while running Mul node. Name:'Mul_8702' Status Message: /workspace/onnxruntime/onnxruntime/core/framework/bfc_arena.cc:368 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*, bool, onnxruntime::WaitNotificationFn) Failed to allocate memory for requested buffer of size 2830172160",
  // QwenAudio/CosyVoice#833
  driver: `Non-zero status code returned while running Conv node. Name:'/conv1/Conv' Status Message: ${inCudaCall('cudaError')} CUDA failure 2: out of memory ; GPU=0 ; hostname=10-60-71-93 ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_allocator.cc ; line=47 ; expr=cudaMalloc((void**)&p, size);`,
  // hacksider/Deep-Live-Cam#383
  cublas: `Non-zero status code returned while running Gemm node. Name:'fc1' Status Message: ${inCudaCall('cublasStatus_t')} CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=Vanillarch ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=168 ; expr=cublasCreate(&cublas_handle_);`,
  // hacksider/Deep-Live-Cam#584
  windows:
    'D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cuda\\cuda_call.cc:121 onnxruntime::CudaCall D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cuda\\cuda_call.cc:114 onnxruntime::CudaCall CUDA failure 2: out of memory ; GPU=0 ; hostname=DESKTOP-QUBEI ; file=D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cuda\\cuda_stream_handle.cc ; line=175 ; expr=cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);',
  // microsoft/onnxruntime#25195
  webgpu: '[E:onnxruntime:Default, webgpu_context.cc:120 operator()] WebGPU device error(2): Out of memory',
  // microsoft/onnxruntime#26274
  frontend: `Non-zero status code returned while running Conv node. Name:'StatefulPartitionedCall/model/conv2d_1/Conv2D' Status Message: Failed to initialize CUDNN Frontend${inCudaCall('cudnn_frontend::error_object')} CUDNN_FE failure 8: HEURISTIC_QUERY_FAILED ; GPU=0 ; hostname=177c8d853272 ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/nn/conv.cc ; line=238 ; expr=s_.cudnn_fe_graph->create_execution_plans({heur_mode}); \n\nwith the cudnn frontend json:\n{"context":{}}`,
  // C0untFloyd/roop-unleashed#32
  gone: 'CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=BALYN-OMAVEL ; file=D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cuda\\gpu_data_transfer.cc ; line=73 ; expr=cudaMemcpyAsync(dst_data, src_data, bytes, cudaMemcpyDeviceToHost, static_cast<cudaStream_t>(stream.GetHandle()));',
  // microsoft/onnxruntime#26221
  generation:
    "Non-zero status code returned while running Relu node. Name:'Relu_2' Status Message: CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device",
  // itsnine/yolov5-onnxruntime#20
  ordinal: `${inCudaCall('cudaError')} CUDA failure 101: invalid device ordinal ; GPU=0 ; hostname=4dbec2b03d4e ; expr=cudaSetDevice(info_.device_id);`,
  // microsoft/onnxruntime#17837
  memcpy: "Could not find an implementation for MemcpyToHost(1) node with name 'Memcpy_token_167'",
  // davidberenstein1957/fast-sentence-transformers#23
  kernel:
    "Failed to find kernel for MemcpyFromHost(1) (node:'Memcpy' ep:'CPUExecutionProvider'). Kernel not found",
}

const batch = { rows: 64, fitting: undefined, smaller: SMALLER_BATCH }

test('a GPU without room says how much was wanted, and that a smaller batch may do', () => {
  const failure = failureOf(MESSAGES.allocator, 'cuda')
  expect(failure).toEqual({
    what: "the GPU's memory is too small: no 2.6 GiB in one piece are left",
    ways: [
      "end what else uses the GPU ('nvidia-smi' lists it)",
      { flag: '--provider', text: 'use --provider cpu' },
    ],
    memory: 'too small',
  })
  if (failure === undefined) return
  expect(batchError(failure, { ...batch, fitting: 16 }, 'x.onnx', undefined).message).toBe(
    "x.onnx: a batch of 64 failed: the GPU's memory is too small: no 2.6 GiB in one piece are left; a batch of 16 was tried and fits: use --batch 16, or end what else uses the GPU ('nvidia-smi' lists it), or use --provider cpu",
  )
  expect(batchError(failure, batch, 'x.onnx', undefined).remedy).toMatch(/^use a smaller --batch, or/)
  const training = { ...batch, rows: undefined, smaller: "use a smaller 'batch' in the spec" }
  expect(batchError(failure, training, 'x.onnx', undefined).message).toMatch(
    /^x\.onnx: the GPU's memory is too small: .*; use a smaller 'batch' in the spec, or end/,
  )
})

test.each([
  ...[MESSAGES.driver, MESSAGES.cublas, MESSAGES.windows, MESSAGES.webgpu],
  // as cuDNN 8 and 9 name them, and the C++ library
  'CUDNN failure 2: CUDNN_STATUS_ALLOC_FAILED ; GPU=0',
  'CUDNN failure 4004: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0',
  'CUDA error cudaErrorMemoryAllocation:out of memory',
  'std::bad_alloc',
])('a GPU without room, as each library says it: %s', (message) => {
  expect(failureOf(message, 'cuda')).toMatchObject({
    what: "the GPU's memory is too small",
    memory: 'too small',
  })
})

test('a library that fails without saying why may lack memory: only a batch that runs tells', () => {
  const failure = failureOf(MESSAGES.frontend, 'cuda')
  expect(failure).toMatchObject({
    what: 'a library of the GPU failed (CUDNN_FE: HEURISTIC_QUERY_FAILED)',
    memory: 'perhaps too small',
  })
  if (failure === undefined) return
  const error = (fitting: number | undefined) =>
    batchError(failure, { ...batch, fitting }, 'x.onnx', undefined).messageFor(() => true)
  expect(error(32)).toMatch(/a batch of 64 failed: .* a batch of 32 was tried and fits: use --batch 32, or/)
  expect(error(undefined)).not.toMatch(/batch/)
})

test('a GPU that goes away is told, in the words of CUDA', () => {
  const gone = { what: 'the GPU went away (unspecified launch failure)' }
  expect(failureOf(MESSAGES.gone, 'cuda')).toMatchObject(gone)
  expect(failureOf('CUDA error cudaErrorLaunchFailure:unspecified launch failure', 'cuda')).toMatchObject(
    gone,
  )
  expect(failureOf('CUDA failure 999: unknown error ; GPU=0', 'cuda')?.what).toMatch(
    /went away \(unknown error\)/,
  )
})

test('a GPU of a generation that the build knows no code for', () => {
  expect(failureOf(MESSAGES.generation, 'cuda')?.what).toMatch(/no code for this GPU's generation/)
})

test('what is told of a message is its end, not where in its sources onnxruntime noticed', () => {
  const reason = (message: string) => runtimeReason(new Error(message))
  expect(reason(MESSAGES.driver)).toMatch(
    /^Non-zero status code .* Name:'\/conv1\/Conv' Status Message: CUDA failure 2: out of memory ; GPU=0/,
  )
  expect(reason(MESSAGES.windows)).toMatch(/^CUDA failure 2: out of memory ; GPU=0/)
  expect(reason(MESSAGES.allocator)).toMatch(/Status Message: Failed to allocate memory for requested buffer/)
  expect(
    reason('/onnxruntime_src/a/b.cc:12 void onnxruntime::f(int) n > 0 && m was false. There is no m'),
  ).toBe('There is no m')
  expect(reason('Got invalid dimensions for input: x')).toBe('Got invalid dimensions for input: x')
})

test('a device number that is not there is told, with how to find those that are', () => {
  expect(failureOf(runtimeReason(new Error(MESSAGES.ordinal)), 'cuda')).toEqual({
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

test.each([true, false])(
  'a batch that there is no memory for ends with one that was tried and fits',
  async (keepsMemory) => {
    const runtime = await Runtime.open(GREEDY, { keepsMemory })
    const rows = (n: number) => ({ x: runtimeTensor('float32', new Float32Array(n).fill(1), [n, 1]) })
    expect((await runtime.run(rows(10))).y.data[0]).toBe(1)
    await expect(runtime.run(rows(40))).rejects.toThrow(
      /a batch of 40 failed: the memory is too small.*; a batch of 20 was tried and fits: use --batch 20/,
    )
    await runtime.close()
  },
)

test('halves are tried until one fits; none may', async () => {
  expect(await fittingRows(64, async (rows) => rows <= 24)).toBe(16)
  expect(await fittingRows(5, async (rows) => rows <= 1)).toBe(1)
  expect(await fittingRows(64, async () => false)).toBeUndefined()
})

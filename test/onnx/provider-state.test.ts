import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { conditionOf, loadError, missingLibrary, providerState } from '../../src/onnx/provider-state.js'

const LIBRARIES = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node')),
  `../bin/napi-v6/${process.platform}/${process.arch}`,
)

test.each([
  // As the linker, CUDA's runtime and Dawn word it.
  ['libcublasLt.so.12: cannot open shared object file: No such file or directory', 'library missing'],
  ['CUDA failure 100: no CUDA-capable device is detected ; GPU=0', 'no device'],
  ['CUDA failure 101: invalid device ordinal ; GPU=-1', 'no device'],
  ['Failed to get a WebGPU adapter: No supported adapters', 'no device'],
  ['CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version', 'driver too old'],
  ['something else', 'fails'],
])('%s', (problem, condition) => {
  expect(conditionOf(problem)).toBe(condition)
})

test('the library that is missing is named', () => {
  expect(missingLibrary('Error: libcudnn.so.9: cannot open shared object file: No such file')).toBe(
    'libcudnn.so.9',
  )
  expect(missingLibrary('all is well')).toBeUndefined()
})

test('the processor ran a network', async () => {
  expect(await providerState('cpu')).toEqual({
    name: 'cpu',
    condition: 'ran a network',
    detail: '',
    remedy: '',
  })
})

test.skipIf(process.platform !== 'linux')('a library is loaded to see what it misses', async () => {
  expect(await loadError(join(LIBRARIES, 'libonnxruntime.so.1'))).toBe('')
  expect(missingLibrary(await loadError('/nowhere/libabsent.so.3'))).toBe('libabsent.so.3')
})

const hasCudaFile = existsSync(join(LIBRARIES, 'libonnxruntime_providers_cuda.so'))
test.skipIf(process.platform !== 'linux' || process.arch !== 'x64' || hasCudaFile)(
  "CUDA without onnxruntime's file for it: the file is named, and the command that gets it (skipped where it is there)",
  async () => {
    const { condition, detail, remedy } = await providerState('cuda')
    expect([condition, detail]).toEqual([
      'file missing',
      expect.stringMatching(/napi-v6\/linux\/x64\/libonnxruntime_providers_cuda\.so$/),
    ])
    expect(remedy).toMatch(
      /^cd '.*onnxruntime-node' && ONNXRUNTIME_NODE_INSTALL=cuda12 node script\/install$/,
    )
  },
)

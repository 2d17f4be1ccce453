import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const startScript = vi.fn()
const answers: { said: string; status: number | null; signal: NodeJS.Signals | null }[] = []

beforeEach(() => {
  vi.resetModules()
  startScript.mockReset()
  vi.doMock('../../src/own-script.js', () => ({ startScript, answerOf: async () => answers.shift() }))
})
afterEach(() => {
  vi.doUnmock('../../src/own-script.js')
  vi.resetModules()
})

test('one process tells whether a provider works and what it ran from', async () => {
  const { providerTrial } = await import('../../src/onnx/provider-check.js')
  const { providerState } = await import('../../src/onnx/provider-state.js')
  answers.push({ said: '\n/cuda/libcublas.so.13\n/cuda/libcudnn.so.9', status: 0, signal: null })
  expect(await providerState('cuda')).toMatchObject({ condition: 'ran a network' })
  expect(await providerTrial('cuda')).toEqual({
    problem: undefined,
    libraries: ['/cuda/libcublas.so.13', '/cuda/libcudnn.so.9'],
  })
  expect(startScript).toHaveBeenCalledTimes(1)
})

test('each device is tried by itself; a process that ends is a problem', async () => {
  const { tryProvider } = await import('../../src/onnx/provider-check.js')
  answers.push({ said: 'CUDA failure 101: invalid device ordinal', status: 0, signal: null })
  answers.push({ said: '', status: null, signal: 'SIGSEGV' })
  expect(await tryProvider('cuda', 7)).toBe('CUDA failure 101: invalid device ordinal')
  expect(await tryProvider('cuda', 8)).toBe('its libraries ended the process (SIGSEGV)')
  expect(startScript.mock.calls.map(([, , args]) => args)).toEqual([
    ['cuda', '7'],
    ['cuda', '8'],
  ])
})

test('the process itself: the processor runs the network, from none of the libraries of CUDA', async () => {
  vi.doUnmock('../../src/own-script.js')
  vi.resetModules()
  const { providerTrial } = await import('../../src/onnx/provider-check.js')
  expect(await providerTrial('cpu')).toEqual({ problem: undefined, libraries: [] })
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const { NVIDIA_TF32_OVERRIDE: before } = process.env

beforeEach(() => {
  vi.resetModules()
  delete process.env.NVIDIA_TF32_OVERRIDE
})
afterEach(() => {
  if (before === undefined) delete process.env.NVIDIA_TF32_OVERRIDE
  else process.env.NVIDIA_TF32_OVERRIDE = before
})

const fresh = () => import('../../src/onnx/providers.js')

test('cuda-float32 is CUDA with TF32 turned off for all of the process', async () => {
  const { backendOf, readyProvider } = await fresh()
  expect(backendOf('cuda-float32')).toBe('cuda')
  readyProvider('cuda-float32')
  expect(process.env.NVIDIA_TF32_OVERRIDE).toBe('0')
  readyProvider('cuda-float32')
  expect(() => readyProvider('cuda')).toThrow("this process multiplies as 'cuda-float32' already")
})

test('where the libraries are loaded, TF32 can be turned off no more', async () => {
  const { readyProvider } = await fresh()
  readyProvider('cpu')
  readyProvider('cuda')
  expect(process.env.NVIDIA_TF32_OVERRIDE).toBeUndefined()
  expect(() => readyProvider('cuda-float32')).toThrow(
    "--provider cuda-float32: this process multiplies as 'cuda'",
  )
  expect(() => readyProvider('cpu')).not.toThrow()
})

test('an environment that turns TF32 off is not recorded as cuda', async () => {
  const { readyProvider } = await fresh()
  process.env.NVIDIA_TF32_OVERRIDE = '0'
  expect(() => readyProvider('cuda')).toThrow(/results would not tell; use --provider cuda-float32/)
  expect(() => readyProvider('cuda-float32')).not.toThrow()
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, expect, test, vi } from 'vitest'
import { takeDefaultProvider } from '../../src/cli/default-provider.js'
import { providerOption } from '../../src/cli/options.js'
import { pathsOption } from '../../src/cli/paths-option.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const file = join(folder, 'paths.yaml')

afterEach(() => vi.unstubAllEnvs())

/** The provider that a command runs with. */
async function providerOf(
  yaml: string,
  words: readonly string[] = [],
  environment?: string,
): Promise<unknown> {
  writeFileSync(file, yaml)
  vi.stubEnv('VEC2FACE_BENCH_PROVIDER', environment)
  const command = new Command().addOption(pathsOption()).addOption(providerOption()).exitOverride()
  command.parse(['--paths', file, ...words], { from: 'user' })
  await takeDefaultProvider(command)
  return command.getOptionValue('provider')
}

test('the flag comes before the environment, that before the paths file, and that before the processor', async () => {
  const yaml = 'provider: webgpu\nmodels: { a: a.onnx }\n'
  expect(await providerOf(yaml, ['--provider', 'coreml'], 'cuda')).toBe('coreml')
  expect(await providerOf(yaml, ['--provider', 'cpu'])).toBe('cpu')
  expect(await providerOf(yaml, [], 'cuda')).toBe('cuda')
  expect(await providerOf(yaml)).toBe('webgpu')
  expect(await providerOf('models: { a: a.onnx }\n')).toBe('cpu')
})

test('one that is unknown is refused, with those that there are', async () => {
  await expect(providerOf('models: {}\nprovider: tpu\n')).rejects.toThrow(
    /paths\.yaml:2: key 'provider': must be one of 'cpu', 'cuda', 'cuda-float32', 'webgpu', 'coreml'/,
  )
})

test('nothing but the provider is looked at', async () => {
  expect(await providerOf('provider: cuda\nroutes: [1]\n')).toBe('cuda')
})

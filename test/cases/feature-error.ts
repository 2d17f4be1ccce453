import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readNpy } from '../../src/arrays/npy.js'
import { cli } from '../cli/cli.js'

/**
 * Runs `features images` over `folder/image` and compares with a kept feature.
 * @returns the largest difference, relative to the largest expected number
 */
export async function featureError(folder: string, onnx: string, expected: string): Promise<number> {
  const out = join(folder, 'x.npy')
  rmSync(out, { force: true })
  const { status, stderr } = cli(
    ...['features', 'images', join(folder, 'image'), '--model', onnx, '--out', out, '--quiet'],
  )
  if (status !== 0) throw new Error(stderr)
  const found = (await readNpy(out)).data as Float32Array
  const wanted = (await readNpy(join(folder, expected))).data as Float32Array
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0) / largest
}

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeNpy, readNpy } from '../../../src/arrays/npy.js'
import { writeDurably } from '../../../src/bytes/files.js'
import { cli } from '../../cli/cli.js'
import { scratchFolder } from '../../scratch.js'

const folder = scratchFolder()
const at = (name: string) => join(folder, name)
const demo = (name: string) => `models/demo/demo-${name}.onnx`
const DEMO = [
  '--model',
  demo('generator'),
  '--recogniser',
  demo('recogniser-a'),
  '--quality',
  demo('quality'),
]

it('AttrOP computes in float64 unless it is told otherwise, and says so: what float32 computes, to its rounding', async () => {
  const features = (await readNpy('models/demo/demo-identity-features.npy')).data as Float32Array
  const vectors = at('vector.npy')
  await writeDurably(vectors, encodeNpy({ type: '<f4', shape: [1, 512], data: features.slice(0, 512) }))
  const [single, double] = [['--precision', 'float32'], []].map((flags) => {
    const asked = ['--quality-target', '36', '--steps', '1', '--step-masks', 'once', '--json', ...flags]
    const { stdout, stderr, status } = cli(
      'generate',
      'attrop',
      ...DEMO,
      '--vectors',
      vectors,
      '--out',
      at('d.npy'),
      ...asked,
    )
    expect([status, stderr]).toEqual([0, expect.any(String)])
    return { stderr, loss: JSON.parse(stdout).steps[0].loss as number }
  })
  expect(double.stderr).toContain('gradients in float64: the networks are small')
  expect(double.loss).toBeCloseTo(single.loss, 3)
})

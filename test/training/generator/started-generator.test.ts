import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Runtime, runtimeTensor } from '../../../src/onnx/runtime.js'
import { readGeneratorSpec } from '../../../src/training/generator/generator-spec.js'
import { startedGenerator } from '../../../src/training/generator/started-generator.js'
import { trainGenerator } from '../../../src/training/generator/train-generator.js'
import { scratchFolder } from '../../scratch.js'
import { writeSmallDataset } from '../small-dataset.js'

const scratch = scratchFolder()
const model = (name: string) => fileURLToPath(new URL(`../../../models/demo/${name}.onnx`, import.meta.url))
const file = model('demo-generator')

describe('a generator that is trained on', () => {
  it('begins with the weights of its file: what is multiplied or added, in float32', async () => {
    const { weights, tokens, demo } = await startedGenerator(file)
    expect([tokens, demo]).toEqual([50, true])
    // The card's 1,730,884 numbers, less the running statistics of three batch normalisations (2 x (160 + 112 + 56)).
    const numbers = [...weights.values()].reduce((sum, { size }) => sum + size, 0)
    expect(numbers).toBe(1_730_884 - 656)
    expect([...weights.keys()]).toContain('image_decoder.enter.weight')
    expect([...weights.keys()].filter((name) => name.includes('running'))).toEqual([])
  })

  it('makes the images that it made before where the rate is nothing, and others after real steps', async () => {
    const dataset = await writeSmallDataset(join(scratch, 'data'), 2, 2)
    const trained = async (rate: number, out: string) => {
      const spec = {
        network: { file },
        recogniser: model('demo-recogniser-a'),
        losses: { reconstruction: {}, identity: {} },
        optimiser: { kind: 'adamw', rate, weightDecay: 0 },
        ...{ steps: 2, batch: 2, seed: 5 },
      } as const
      return (await trainGenerator({ dataset, spec, out: join(scratch, out), session: { threads: 1 } })).model
    }
    const images = async (path: string) => {
      const runtime = await Runtime.open(path, { threads: 1 })
      const none = () => runtimeTensor('bool', new Uint8Array(50), [1, 50])
      const vector = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i) / 16)
      const feeds = { vector: runtimeTensor('float32', vector, [1, 512]), dropped: none(), masked: none() }
      const made = (await runtime.run(feeds)).image.data as Float32Array
      await runtime.close()
      return made
    }
    const before = await images(file)
    const same = await trained(1e-30, 'same.onnx')
    expect(same.descriptor).toMatchObject({ role: 'generator', demo: true, output: { range: [-1, 1] } })
    expect(same.descriptor.provenance.note).toMatch(/^from the generator of SHA-256 3f8313aa/)
    const distance = (a: Float32Array, b: Float32Array) =>
      a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0)
    expect(distance(await images(same.path), before)).toBeLessThan(1e-4)
    expect(distance(await images((await trained(1e-3, 'moved.onnx')).path), before)).toBeGreaterThan(1e-2)
  }, 120_000)

  it('has its own size, and is a generator', async () => {
    const spec = join(scratch, 'sized.yaml')
    writeFileSync(
      spec,
      `network: { file: g.onnx, width: 96 }\nrecogniser: r.onnx\nsteps: 2\nlosses: { identity: {} }\n`,
    )
    await expect(readGeneratorSpec(spec)).rejects.toThrow(/a file has its own size: leave out the other keys/)
    await expect(startedGenerator(model('demo-pose'))).rejects.toThrow(
      "this model's role is 'pose', a generator is needed here",
    )
  })
})

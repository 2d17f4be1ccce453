import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decodeNpz } from '../../../src/arrays/npz.js'
import { openCheckpoint } from '../../../src/checkpoint/checkpoint.js'
import { imageInputSchema } from '../../../src/models/descriptor.js'
import { DISCRIMINATORS } from '../../../src/networks/discriminators/index.js'
import { buildVec2Face } from '../../../src/networks/vec2face.js'
import { Weights, type WeightTensors } from '../../../src/networks/weights.js'
import { GraphBuilder } from '../../../src/onnx/graph-builder.js'
import { readGraph } from '../../../src/onnx/read-graph.js'
import { runtimeTensor } from '../../../src/onnx/runtime.js'
import { STEP_INPUTS } from '../../../src/training/generator/networks.js'
import { openStep } from '../../../src/training/generator/open-step.js'
import { Parameters } from '../../../src/training/parameters.js'
import { stepNetwork } from '../../../src/training/step-network.js'
import { PYTHON, pythonHas } from '../../python.js'
import { someOf } from '../../quick.js'
import { scratchFolder } from '../../scratch.js'

/** The acceptance test's; more (STEPS=100) show how both go on. */
const STEPS = Number(process.env.STEPS ?? 20)
const RATE = 3e-5
const [PAIRED, FREE] = [1, 1]
const TOLERANCE = 1e-3
const scratch = scratchFolder()
const reference = fileURLToPath(new URL('reference.py', import.meta.url))

const weightsOf = (file: string) => openCheckpoint(file).stateDicts.get('') as WeightTensors

describe.skipIf(!pythonHas('torch', 'onnx'))('training a generator (skipped without PyTorch)', () => {
  const discriminators = [
    ['spectral', 'hinge', 28],
    ['cross-embedding', 'least-squares', 56],
  ] as const
  it.each(someOf(discriminators, 1))(
    'has the losses of PyTorch step by step: a discriminator %s that learns by %s',
    async (kind, judging, side) => {
      const file = (name: string) => join(scratch, name)
      execFileSync(PYTHON, [reference, scratch, kind, judging, String(STEPS)])
      const { arrays } = decodeNpz(readFileSync(file('steps.npz')), () => true, 'steps.npz')

      const generator = new GraphBuilder()
      const generatorWeights = weightsOf(file('generator.pth'))
      buildVec2Face(generator, new Weights(generatorWeights, 'generator.pth'), { encoder: 2, decoder: 2 })
      const discriminator = new GraphBuilder()
      const judgeWeights = weightsOf(file('discriminator.pth'))
      const parts = DISCRIMINATORS[kind].build(discriminator, new Weights(judgeWeights, 'discriminator.pth'))
      const parameters = {
        generator: new Parameters(generatorWeights, 2, []),
        discriminator: new Parameters(
          new Map([...judgeWeights].filter(([name]) => !name.endsWith('weight_v'))),
          2,
          Object.keys(parts.next),
        ),
      }
      const recogniser = {
        name: 'recogniser',
        graph: readGraph(file('recogniser.onnx')),
        input: imageInputSchema.parse({ name: 'image', size: [side, side] }),
      }
      const { step, next } = await openStep(
        {
          generator: {
            graph: generator.graph,
            input: {
              name: 'vector',
              size: 32,
              masks: { dropped: 'dropped', masked: 'masked', tokens: 50, droppedCount: 5 },
            },
            output: { name: 'image', size: [side, side], channels: 'RGB', range: [-1, 1] },
          },
          recogniser: { ...recogniser, output: 'feature', size: 32 },
          perceptual: { ...recogniser, maps: ['first', 'second'] },
          discriminator: { graph: discriminator.graph, parts, judging },
        },
        {
          paired: PAIRED,
          free: FREE,
          losses: {
            reconstruction: { weight: 1, squared: 1, absolute: 0.5 } as { weight: number },
            identity: { weight: 2 },
            perceptual: { weight: 0.2 },
            structure: { weight: 0.1 },
            adversarial: { weight: 0.3 },
          },
          judges: true,
        },
        parameters,
        { threads: 1 },
      )

      const given = (name: string, at: number) => {
        const { data, shape } = arrays.get(name) as { data: Float32Array; shape: readonly number[] }
        const size = data.length / STEPS
        const type = name === 'dropped' || name === 'masked' ? 'bool' : 'float32'
        return runtimeTensor(type, data.subarray(at * size, (at + 1) * size), shape.slice(1))
      }
      const worst: Record<string, number> = {}
      const seen: Record<string, [ours: number, theirs: number][]> = {}
      const moved: Record<string, number> = {}
      for (let at = 0; at < STEPS; at++) {
        const feeds = Object.values(STEP_INPUTS).map((name) => [name, given(name, at)] as const)
        const losses = await step.run(Object.fromEntries(feeds))
        for (const [name, loss] of Object.entries(losses)) {
          const expected = arrays.get(`loss_${name}`)?.data as Float64Array
          seen[name] = [...(seen[name] ?? []), [loss, expected[at]]]
          worst[name] = Math.max(worst[name] ?? 0, Math.abs(loss - expected[at]))
          moved[name] = Math.max(moved[name] ?? 0, Math.abs(expected[at] - expected[0]))
        }
        const pace = { taken: at + 1, rate: (RATE * (at + 1)) / STEPS, clip: 2 }
        const adamw = {
          kind: 'adamw',
          rate: RATE,
          betas: [0.9, 0.99] as [number, number],
          epsilon: 1e-8,
          weightDecay: 0.01,
        } as const
        stepNetwork(parameters.generator, adamw, pace)
        stepNetwork(parameters.discriminator, adamw, pace)
        for (const [name, values] of next) parameters.discriminator.other(name).set(values)
      }
      await step.close()
      if (process.env.STEPS !== undefined)
        for (const [name, pairs] of Object.entries(seen))
          console.log(
            kind,
            name,
            'apart',
            worst[name],
            pairs.filter((_, i) => i % 20 === 0 || i === STEPS - 1).join(' '),
          )
      const names = [
        'reconstruction',
        'identity',
        'perceptual',
        'structure',
        'adversarial',
        'total',
        'judging',
      ]
      expect(Object.keys(worst).sort()).toEqual(names.sort())
      for (const name of names) {
        expect([name, worst[name] < TOLERANCE]).toEqual([name, true])
        expect([name, moved[name] > 10 * TOLERANCE]).toEqual([name, true])
      }
    },
    300_000,
  )
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { batchDraws, FAMILIES, recordsFor } from '../../../src/generate/families/list.js'
import { generateDataset } from '../../../src/generate/generate-dataset.js'
import {
  type GenerationPlan,
  generationPlanSchema,
  planDifferences,
  planGeneration,
  planId,
} from '../../../src/generate/generation-plan.js'
import { PAPER_SIGMA_MIX } from '../../../src/generate/sigma-mix.js'
import { descriptorSchema, type GeneratorDescriptor } from '../../../src/models/descriptor.js'
import { draftDescriptor, readPorts } from '../../../src/models/draft-descriptor.js'
import { checkNetwork } from '../../../src/models/import-check.js'
import type { Model } from '../../../src/models/model.js'
import { GraphBuilder } from '../../../src/onnx/graph-builder.js'
import { writeGraph } from '../../../src/onnx/write-graph.js'
import { silent } from '../../../src/progress.js'
import { scratchFolder } from '../../scratch.js'
import { contentOf, randomVectors, smallRequest, writeVectors } from '../generation-inputs.js'

const folder = scratchFolder()
const NOISY = join(folder, 'noisy.onnx')

/** A generator whose image is its noise, brighter the larger the vector's mean. */
async function writeNoisyGenerator(): Promise<void> {
  const g = new GraphBuilder()
  const vector = g.floatInput('vector', ['batch', 512])
  const noise = g.floatInput('grain', ['batch', 3, 16, 16])
  const mean = g.reshape(g.node('ReduceMean', [vector], { axes: [1], keepdims: 1 }), [-1, 1, 1, 1])
  g.output('image', g.node('Tanh', [g.add(noise, mean)]), ['batch', 3, 16, 16])
  await writeGraph(g.graph, NOISY)
}
beforeAll(writeNoisyGenerator)

function generatorOf(input: object): Model<GeneratorDescriptor> {
  const descriptor = descriptorSchema.parse({ name: 'g', role: 'generator', input, output: {} })
  if (descriptor.role !== 'generator') throw new TypeError('a generator')
  return { path: 'g.onnx', sha256: 'ab'.repeat(32), descriptor } as Model<GeneratorDescriptor>
}
const MASKS = { dropped: 'd', masked: 'm', tokens: 50, droppedCount: 5 }
const CHOICES = {
  seed: 3,
  identities: { count: 10, width: 512, sha256: 'cd'.repeat(32) },
  imagesPerIdentity: 50,
  sigmas: PAPER_SIGMA_MIX,
}

test('plans of runs from before there were families have the names that they had', () => {
  const id = (input: object) => planId(planGeneration(generatorOf(input), CHOICES))
  expect(id({ masks: MASKS })).toBe('b7610a174ff4859700427b290b84913ded9e2269b48f312ff616f56bb4ba324f')
  expect(id({})).toBe('23617d0736cbe0d1ea47bd9f871599cdca5dcdb8c330d9f727f03b9cfcee5167')
})

test('a plan records what its families need, survives being written, and differences are told in words', () => {
  const plan = (input: object): GenerationPlan => planGeneration(generatorOf(input), CHOICES)
  const both = plan({ masks: MASKS, noise: { shape: [4, 14, 14] } })
  expect(both).toMatchObject({ masking: { tokens: 50, dropped: 5 }, noise: { shape: [4, 14, 14] } })
  expect(generationPlanSchema.parse(JSON.parse(JSON.stringify(both)))).toEqual(both)
  expect(recordsFor(generatorOf({}).descriptor)).toEqual({})
  expect(planDifferences(both, plan({ masks: MASKS }))).toEqual([
    'noise {"shape":[4,14,14]} instead of undefined',
  ])
  expect(() => generationPlanSchema.parse({ ...both, noise: { shape: [-1] } })).toThrow()
  expect(() => generationPlanSchema.parse({ ...both, unknown: 1 })).toThrow()
})

test('what is drawn for an image depends on the seed, its identity and its number, not on its place', () => {
  const { descriptor } = generatorOf({ masks: MASKS, noise: { name: 'n', shape: [3, 5] } })
  const records = recordsFor(descriptor)
  const drawn = (place: number, size: number, seed: number, identity: number, image: number) => {
    const draws = batchDraws(descriptor, records, size)
    draws.draw(place, { seed, identity, image })
    const inputs = draws.inputs()
    return ['d', 'm', 'n'].map((name) => {
      const width = inputs[name].data.length / size
      return Array.from(inputs[name].data.slice(place * width, (place + 1) * width) as Float32Array)
    })
  }
  const here = drawn(0, 1, 7, 3, 4)
  expect(drawn(5, 8, 7, 3, 4)).toEqual(here)
  for (const other of [drawn(0, 1, 8, 3, 4), drawn(0, 1, 7, 4, 4), drawn(0, 1, 7, 3, 5)])
    for (const [i, numbers] of other.entries()) expect(numbers, ['d', 'm', 'n'][i]).not.toEqual(here[i])
})

test('a generator that takes noise is told from its network, passes the check of a fresh one and makes datasets', async () => {
  const descriptor = draftDescriptor(NOISY, await readPorts(NOISY))
  expect(descriptor).toMatchObject({
    role: 'generator',
    input: { name: 'vector', size: 512, noise: { name: 'grain', shape: [3, 16, 16] } },
    output: { size: [16, 16] },
  })
  const { writeFile } = await import('node:fs/promises')
  await writeFile(NOISY.replace('.onnx', '.yaml'), JSON.stringify(descriptor))
  await checkNetwork(NOISY, descriptor, false)

  const identities = await writeVectors(join(folder, 'vectors.npy'), randomVectors(7))
  const contents = []
  for (const [i, partIdentities] of [2, 3].entries()) {
    const request = { ...(await smallRequest(folder)), generator: NOISY, identities, partIdentities }
    const out = join(folder, `noisy-${i}`)
    await generateDataset(request, out, { formats: ['folder'], threads: 1 + i, progress: silent })
    const { 'manifest.json': manifest, ...images } = await contentOf(out)
    expect(manifest).toBeDefined()
    contents.push(images)
  }
  expect(Object.keys(contents[0])).toHaveLength(35)
  expect(contents[1]).toEqual(contents[0])
  expect(new Set(Object.values(contents[0])).size).toBe(35)
})

test('families have keys of their own', () => {
  expect(new Set(FAMILIES.map(({ key }) => key)).size).toBe(FAMILIES.length)
})

test('the example of docs/adding-a-generator.md is the family that it shows', () => {
  const page = readFileSync('docs/adding-a-generator.md', 'utf8')
  const [example, line] = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
  expect(example).toBe(readFileSync('src/generate/families/noise.ts', 'utf8'))
  expect(readFileSync('src/generate/families/list.ts', 'utf8')).toContain(line.trim())
})

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { convertModel } from '../../src/models/convert-model.js'
import { loadModel } from '../../src/models/model.js'
import { differenceOnMadeInputs, precisionDifference } from '../../src/models/precision-difference.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { encodeGraph } from '../../src/onnx/write-graph.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const demo = (name: string) => `models/demo/${name}.onnx`

/** A recogniser whose numbers grow to the square of what halves hold. */
function growing(): string {
  const g = new GraphBuilder()
  const x = g.floatInput('image', ['batch', 3, 4, 4])
  const square = g.node('MatMul', [x, g.weight('w', [4, 4], () => new Float32Array(16).fill(3e4))])
  g.output('feature', g.node('Flatten', [g.mul(square, square)]), ['batch', 48])
  const file = join(folder, 'growing.onnx')
  writeFileSync(file, encodeGraph(g.graph))
  writeFileSync(
    join(folder, 'growing.yaml'),
    'name: growing\nrole: recogniser\nlicence: MIT\ninput: { name: image, size: [4, 4] }\noutput: { name: feature, size: 48 }\nprovenance: { source: test }\n',
  )
  return file
}

describe('a model in half precision', () => {
  it('float16: products in halves, the descriptor as it was but for what says where it comes from', async () => {
    const out = join(folder, 'generator-16.onnx')
    const result = await convertModel({ model: demo('demo-generator'), out, precision: 'float16' })
    expect(result.difference.largest).toBeLessThan(2e-3)
    expect(result.difference.largest).toBeGreaterThan(0)
    expect(result.kept).toEqual(expect.arrayContaining(['LayerNormalization', 'Softmax']))
    expect(result.kept).not.toContain('MatMul')
    expect(result.imitated).toBe(false)
    const model = await loadModel(out)
    const before = await loadModel(demo('demo-generator'))
    expect({ ...model.descriptor, name: '', description: '', provenance: '' }).toEqual({
      ...before.descriptor,
      name: '',
      description: '',
      provenance: '',
    })
    expect(model.descriptor.description).toMatch(/float16$/)
    expect(parse(readFileSync(result.descriptorPath, 'utf8')).provenance.note).toContain(before.sha256)
    const types = new Set([...readGraph(out).initialisers.values()].map(({ type }) => type))
    expect(types.has('float16')).toBe(true)
  })

  it('where a network takes long, fewer made inputs are compared, which is said: each differs as it does among all', async () => {
    const model = await loadModel(demo('demo-generator'))
    const half = await loadModel(join(folder, 'generator-16.onnx'))
    const all = await differenceOnMadeInputs(model, half)
    const first = await differenceOnMadeInputs(model, half, 0)
    expect([all.rows, all.leftOut, first.rows, first.leftOut]).toEqual([8, undefined, 1, 7])
    expect(first.cosine.mean).toBe(first.cosine.least)
    expect(first.cosine.least).toBeGreaterThanOrEqual(all.cosine.least)
    expect(first.largest).toBeGreaterThan(0)
  })

  it('bfloat16: the difference is that of its imitation, larger than that of float16, which is said', async () => {
    const out = join(folder, 'generator-b16.onnx')
    const result = await convertModel({ model: demo('demo-generator'), out, precision: 'bfloat16' })
    expect(result.imitated).toBe(true)
    expect(result.difference.largest).toBeGreaterThan(2e-3)
    expect(result.difference.largest).toBeLessThan(5e-2)
    expect(existsSync(`${out}.imitated.onnx`)).toBe(false)
  })

  it('is not kept where its numbers are no longer finite', async () => {
    const out = join(folder, 'growing-16.onnx')
    await expect(convertModel({ model: growing(), out, precision: 'float16' })).rejects.toThrow(
      /no longer finite; it is not kept/,
    )
    expect(existsSync(out)).toBe(false)
  })

  it('replaces nothing unasked', async () => {
    const out = join(folder, 'there.onnx')
    writeFileSync(out, '')
    await expect(convertModel({ model: demo('demo-generator'), out, precision: 'float16' })).rejects.toThrow(
      /is there already/,
    )
  })
})

describe('the difference of two outputs', () => {
  it('is of the largest output, with the similarity of rows', () => {
    const before = Float32Array.of(3, 4, 0, 10)
    const after = Float32Array.of(4, 3, 0, 10)
    const { rows, largest, rms, cosine } = precisionDifference(before, after, 2, 'test')
    expect(rows).toBe(2)
    expect(largest).toBeCloseTo(0.1, 12)
    expect(rms).toBeCloseTo(Math.sqrt(2 / 4) / 10, 12)
    expect(cosine.least).toBeCloseTo(24 / 25, 12)
    expect(cosine.mean).toBeCloseTo((24 / 25 + 1) / 2, 12)
  })
})

import { execSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Descriptor, descriptorSchema } from '../../src/models/descriptor.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel } from '../../src/models/model.js'
import { ModelSession, runtimeTensor } from '../../src/models/session.js'
import type { ElementType } from '../../src/onnx/element-types.js'
import { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { writeGraph } from '../../src/onnx/write-graph.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

/** A network whose outputs are parts of each channel's mean, repeated. */
async function networkOf(name: string, outputs: Record<string, number>): Promise<string> {
  const g = new GraphBuilder()
  const x = g.floatInput('image', ['batch', 3, 8, 8])
  const means = g.node('Flatten', [g.node('GlobalAveragePool', [x])])
  for (const [output, width] of Object.entries(outputs)) {
    const repeated = g.node('Tile', [means, g.ints([1, Math.ceil(width / 3)])])
    g.output(output, g.slice(repeated, 1, 0, width), ['batch', width])
  }
  const path = join(folder, `${name}.onnx`)
  await writeGraph(g.graph, path)
  return path
}

const outputOf = (descriptor: Descriptor): unknown => 'output' in descriptor && descriptor.output.name

describe('which of several outputs is the feature is told by evidence, and said', () => {
  const drafted = async (name: string, outputs: Record<string, number>, feature?: string) => {
    const path = await networkOf(name, outputs)
    return outputOf(draftDescriptor(path, await readPorts(path), {}, feature))
  }

  it.each<[string, Record<string, number>, string, string]>([
    ['a norm beside it', { norm: 1, out: 512 }, 'out', 'of more than one number an image'],
    ['its name', { classes: 700, embedding: 300 }, 'embedding', 'its name says so'],
    ['the name of the others', { logits: 512, out: 512 }, 'out', 'the others are named as classes'],
    ['its width', { a: 10_572, b: 512 }, 'b', "of a feature's width"],
  ])('%s', async (_, outputs, expected, why) => {
    expect(await drafted('told', outputs)).toBe(expected)
    const { stdout } = cli('models', 'inspect', join(folder, 'told.onnx'))
    expect(stdout).toMatch(
      new RegExp(`^# Output: '${expected}' is the feature: .*${why}; the outputs are '`, 'm'),
    )
  })

  it('nothing tells two alike apart: both are named, and the remedy works', async () => {
    const path = await networkOf('alike', { a: 512, b: 512 })
    await expect(drafted('alike', { a: 512, b: 512 })).rejects.toThrow(
      /2 outputs could be the feature: 'a' float32 \[batch, 512\], 'b' float32 \[batch, 512\]; name one: .*--output NAME/,
    )
    const yaml = join(folder, 'alike.yaml')
    expect(cli('models', 'inspect', path, '--output', 'b', '--out', yaml).status).toBe(0)
    expect(outputOf((await loadModel(path)).descriptor)).toBe('b')
    expect(
      isOneClearLine(cli('models', 'inspect', path, '--output', 'c', '--out', yaml, '--overwrite')),
    ).toBe(true)
    expect(cli('models', 'inspect', path, '--output', 'b', '--out', yaml).stderr).toMatch(/is there already/)
  })
})

describe('models inspect FILE > FILE.yaml', () => {
  it('writes a descriptor that works, though the shell has made an empty one before', async () => {
    const path = await networkOf('told-of', { feature: 64 })
    const yaml = join(folder, 'told-of.yaml')
    for (let i = 0; i < 2; i++) {
      const command = `"${process.execPath}" "${MAIN}" models inspect "${path}" > "${yaml}"`
      execSync(command, { stdio: ['ignore', 'ignore', 'pipe'] })
      const { descriptor } = await loadModel(path)
      expect(descriptor).toEqual(descriptorSchema.parse(parse(readFileSync(yaml, 'utf8'))))
      expect(descriptor).toMatchObject({ role: 'recogniser', output: { name: 'feature', size: 64 } })
    }
    const session = await ModelSession.open(await loadModel(path))
    await session.close()
  })

  it('--out writes the same, over an empty file too; what the network is stays on stderr', async () => {
    const path = await networkOf('out', { feature: 64 })
    const yaml = join(folder, 'out.yaml')
    writeFileSync(yaml, '')
    const written = cli('models', 'inspect', path, '--out', yaml)
    expect([written.status, written.stdout]).toEqual([0, ''])
    expect(written.stderr).toMatch(/parameters {2}0/)
    expect(readFileSync(yaml, 'utf8')).toBe(cli('models', 'inspect', path).stdout)
  })

  it('a network of no role makes no file', async () => {
    const graph = Graph.of({
      nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', type: 'float32', shape: [3] }],
      outputs: [{ name: 'y', type: 'float32', shape: [3] }],
    })
    const path = join(folder, 'none.onnx')
    await writeGraph(graph, path)
    expect(cli('models', 'inspect', path).stdout).toMatch(/^# No descriptor: .*fit no role/)
    expect(isOneClearLine(cli('models', 'inspect', path, '--out', join(folder, 'none.yaml')))).toBe(true)
    expect(existsSync(join(folder, 'none.yaml'))).toBe(false)
  })
})

describe('networks whose images are halves or whole numbers', () => {
  /** Twice the mean of each channel, computed in half precision where `type` is it. */
  async function doubledMeans(type: ElementType): Promise<string> {
    const inner = type === 'float64' ? 'float64' : type === 'float16' ? 'float16' : 'float32'
    const g = new GraphBuilder(inner)
    const x = g.toFloat(g.input('image', type, ['batch', 3, 4, 4]))
    const means = g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 })
    const doubled = g.mul(means, g.floats(2))
    g.graph.outputs.push({ name: 'feature', type: inner, shape: ['batch', 3] })
    g.graph.add('Identity', [doubled], ['feature'])
    const path = join(folder, `${type}.onnx`)
    await writeGraph(g.graph, path)
    return path
  }
  const pixels = Float32Array.from({ length: 2 * 48 }, (_, i) => (i * 7) % 256)
  const means = Array.from({ length: 6 }, (_, channel) =>
    pixels.subarray(channel * 16, channel * 16 + 16).reduce((sum, value) => sum + value / 8, 0),
  )

  it.each<ElementType>(['float16', 'float64', 'uint8', 'int32', 'uint32', 'int64', 'uint64'])(
    '%s: the numbers of float32',
    async (type) => {
      const path = await doubledMeans(type)
      const draft = draftDescriptor(path, await readPorts(path)) as Extract<Descriptor, { role: 'pose' }>
      expect(draft.input.scale).toBe(type.includes('int') ? 1 : 255)
      const session = await ModelSession.open(await loadModel(path, draft))
      const { feature } = await session.run({ image: runtimeTensor('float32', pixels, [2, 3, 4, 4]) })
      expect(feature.type).toBe('float32')
      const found = [...(feature.data as Float32Array)]
      for (const [i, mean] of means.entries()) expect(Math.abs(found[i] - mean) / mean).toBeLessThan(1e-3)
      const into = runtimeTensor('float32', new Float32Array(6), [2, 3])
      await session.run({ image: runtimeTensor('float32', pixels, [2, 3, 4, 4]) }, { feature: into })
      expect([...(into.data as Float32Array)]).toEqual(found)
      await session.close()
    },
  )

  it('fractions where whole numbers belong are refused, with what to write', async () => {
    const path = await doubledMeans('uint8')
    const session = await ModelSession.open(
      await loadModel(path, draftDescriptor(path, await readPorts(path))),
    )
    const image = runtimeTensor(
      'float32',
      pixels.map((value) => value / 255),
      [2, 3, 4, 4],
    )
    await expect(session.run({ image })).rejects.toThrow(
      /takes whole numbers 0 \.\. 255, not 0\.0.*scale: 1, mean: \[0, 0, 0\]/,
    )
    await session.close()
  })
})

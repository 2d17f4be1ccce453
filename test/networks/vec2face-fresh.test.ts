import { describe, expect, it } from 'vitest'
import { DISCRIMINATORS, type DiscriminatorName } from '../../src/networks/discriminators/index.js'
import { buildVec2Face } from '../../src/networks/vec2face.js'
import { freshVec2Face, VEC2FACE_BASE, type Vec2FaceSize } from '../../src/networks/vec2face-fresh.js'
import { Weights } from '../../src/networks/weights.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor, type Tensors } from '../../src/onnx/runtime.js'

const SMALL: Vec2FaceSize = {
  vectorSize: 64,
  width: 48,
  heads: { encoder: 2, decoder: 3 },
  blocks: { encoder: 1, decoder: 1 },
  expansion: 2,
  channels: 32,
  levels: [32, 32, 32, 32, 64],
  residual: 1,
}

async function run(graph: Graph, inputs: Tensors) {
  const runtime = await Runtime.open(graph, { threads: 1 })
  const outputs = await runtime.run(inputs)
  await runtime.close()
  return outputs
}

describe('a fresh generator', () => {
  it('is a network of any size, none of its weights left over', async () => {
    const g = new GraphBuilder()
    const weights = new Weights(freshVec2Face(1, SMALL), 'fresh weights')
    buildVec2Face(g, weights, SMALL.heads)
    expect(weights.finish()).toEqual([])
    const dropped = Uint8Array.from({ length: 50 }, (_, i) => (i > 0 && i < 6 ? 1 : 0))
    const { image } = await run(g.graph, {
      vector: runtimeTensor('float32', new Float32Array(64).fill(0.5), [1, 64]),
      dropped: runtimeTensor('bool', dropped, [1, 50]),
      masked: runtimeTensor('bool', dropped, [1, 50]),
    })
    expect(image.dims).toEqual([1, 3, 112, 112])
    expect((image.data as Float32Array).every(Number.isFinite)).toBe(true)
  })

  it('has the weights of the base model at its size, drawn as the authors draw them', () => {
    const fresh = freshVec2Face(0, VEC2FACE_BASE)
    expect(fresh.get('blocks.11.mlp.fc1.weight')?.shape).toEqual([3072, 768])
    expect(fresh.get('im_decoder.up.4.upsample.conv.weight')?.shape).toEqual([512, 512, 3, 3])
    expect(fresh.has('blocks.12.norm1.weight')).toBe(false)
    const positions = fresh.get('token_emb.position_embeddings.weight')?.readFloat32() as Float32Array
    const deviation = Math.sqrt(positions.reduce((sum, x) => sum + x * x, 0) / positions.length)
    expect(deviation).toBeCloseTo(0.02, 3)
    const glorot = fresh.get('decoder_embed.weight')?.readFloat32() as Float32Array
    expect(glorot.reduce((most, x) => Math.max(most, Math.abs(x)), 0)).toBeCloseTo(Math.sqrt(6 / 1536), 4)
    expect(
      fresh
        .get('decoder_embed.bias')
        ?.readFloat32()
        .every((x) => x === 0),
    ).toBe(true)
  })

  it('is the same for the same seed', () => {
    const [a, b, c] = [3, 3, 4].map((seed) =>
      freshVec2Face(seed, SMALL).get('decoder_embed.weight')?.readFloat32(),
    )
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
  })

  it('refuses sizes that it cannot have', () => {
    expect(() => freshVec2Face(1, { ...SMALL, width: 50 })).toThrow("3 heads don't share a width of 50")
    expect(() => freshVec2Face(1, { ...SMALL, levels: [16, 32, 32, 32, 64] })).toThrow(
      "can't have 16 channels",
    )
  })
})

describe('a fresh discriminator', () => {
  it.each([
    ['cross-embedding', 16, [11, 11]],
    ['spectral', 8, [14, 14]],
  ] as const)('%s scores patches', async (name: DiscriminatorName, width, places) => {
    const g = new GraphBuilder()
    const weights = new Weights(DISCRIMINATORS[name].fresh(2, width), 'fresh weights')
    const { next } = DISCRIMINATORS[name].build(g, weights)
    expect(weights.finish()).toEqual([])
    const image = runtimeTensor('float32', new Float32Array(2 * 3 * 112 * 112).fill(0.1), [2, 3, 112, 112])
    const outputs = await run(g.graph, { image })
    expect(outputs.scores.dims).toEqual([2, 1, ...places])
    for (const [weight, output] of Object.entries(next)) {
      const length = Math.hypot(...(outputs[output].data as Float32Array))
      expect([weight, length.toFixed(5)]).toEqual([weight, '1.00000'])
    }
  })

  it('refuses a width that cannot be shared', () => {
    expect(() => DISCRIMINATORS['cross-embedding'].fresh(1, 24)).toThrow("can't be 24 wide")
  })
})

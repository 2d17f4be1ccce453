import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { encodeGraph } from '../../src/onnx/write-graph.js'
import { scratchFolder } from '../scratch.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()

/** feature = tanh(x W), loss = sum(feature^2), best = argmax(feature) */
function network(): string {
  const g = new GraphBuilder()
  const x = g.floatInput('x', ['batch', 2])
  const w = g.weight('w', [2, 3], () => Float32Array.of(1, 2, 3, 4, 5, 6))
  const feature = g.node('Tanh', [g.node('MatMul', [x, w])])
  g.output('feature', feature, ['batch', 3])
  g.output('loss', g.node('ReduceSum', [g.mul(feature, feature)], { keepdims: 0 }), [])
  const best = g.node('ArgMax', [feature], { axis: 1 })
  g.graph.outputs.push({ name: best, type: 'int64', shape: ['batch', 1] })
  g.graph.add('Cast', [best], ['rank'], { to: 1 })
  g.graph.outputs.push({ name: 'rank', type: 'float32', shape: ['batch', 1] })
  const file = join(folder, 'network.onnx')
  writeFileSync(file, encodeGraph(g.graph))
  return file
}

interface Said {
  readonly gradients: readonly {
    readonly withRespectTo: string
    readonly output: { name: string; shape: unknown[] }
  }[]
  readonly cotangent: { name: string; type: string; shape: unknown[] } | null
}

describe('gradient', () => {
  const model = network()
  const out = join(folder, 'gradient.onnx')

  it('of a scalar: one further output for each name', async () => {
    const { status, stdout } = cli(
      'gradient',
      model,
      '--of',
      'loss',
      '--with-respect-to',
      'x,w',
      '--out',
      out,
      '--json',
    )
    expect(status).toBe(0)
    const said = JSON.parse(stdout) as Said
    expect(said.cotangent).toBeNull()
    expect(
      said.gradients.map(({ withRespectTo, output }) => [withRespectTo, output.name, output.shape]),
    ).toEqual([
      ['x', 'x_grad', ['batch', 2]],
      ['w', 'w_grad', [2, 3]],
    ])
    const runtime = await Runtime.open(out)
    expect(runtime.outputs.map(({ name }) => name)).toEqual([
      'feature',
      'loss',
      expect.any(String),
      'rank',
      'x_grad',
      'w_grad',
    ])
    const x = Float32Array.of(0.1, -0.05)
    const found = await runtime.run({ x: runtimeTensor('float32', x, [1, 2]) })
    await runtime.close()
    const w = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    const y = w[0].map((_, j) => Math.tanh(x[0] * w[0][j] + x[1] * w[1][j]))
    const slope = y.map((value) => 2 * value * (1 - value * value))
    const expected = w.map((row) => row.reduce((sum, weight, j) => sum + weight * slope[j], 0))
    for (const [i, value] of expected.entries())
      expect((found.x_grad.data as Float32Array)[i]).toBeCloseTo(value, 5)
    for (const [i, row] of w.entries())
      for (const j of row.keys())
        expect((found.w_grad.data as Float32Array)[i * 3 + j]).toBeCloseTo(x[i] * slope[j], 5)
  })

  it('of an output that is no scalar: says the input that its gradient goes into', () => {
    const { status, stdout } = cli(
      'gradient',
      model,
      '--of',
      'feature',
      '--with-respect-to',
      'x',
      '--size',
      'batch=4',
      '--out',
      out,
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/output {2}x_grad {2}float32 \[4, 2\]: the gradient with respect to x/)
    expect(stdout).toMatch(/input {3}feature_grad {2}float32 \[4, 3\]: 'feature' is no scalar/)
  })

  it.each([
    [
      'an unknown name',
      ['--of', 'los', '--with-respect-to', 'x'],
      /no value 'los'.*the outputs feature, loss/,
    ],
    [
      'integers',
      ['--of', 'ArgMax_4', '--with-respect-to', 'x'],
      /'ArgMax_4' is int64: only floats have gradients/,
    ],
    [
      'a way through ArgMax',
      ['--of', 'rank', '--with-respect-to', 'x'],
      /doesn't depend on 'x' in a way that can be differentiated: the way stops at ArgMax/,
    ],
    [
      'a size that is not there',
      ['--of', 'loss', '--with-respect-to', 'x', '--size', 'height=3'],
      /no input has a free size 'height'.*the free ones are batch/,
    ],
  ])('%s is one clear line, and writes nothing', (_, args, message) => {
    const file = join(folder, 'none.onnx')
    const outcome = cli('gradient', model, ...args, '--out', file)
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    expect(outcome.stderr).toMatch(message)
    expect(() => readFileSync(file)).toThrow()
  })

  it('an operator without a rule: names it, the node, and what to do', () => {
    const graph = new Graph()
    graph.inputs.push({ name: 'x', type: 'float32', shape: [3] })
    graph.add('Det', ['x'], ['d'])
    graph.outputs.push({ name: 'd', type: 'float32', shape: [] })
    const file = join(folder, 'det.onnx')
    writeFileSync(file, encodeGraph(graph))
    const outcome = cli('gradient', file, '--of', 'd', '--with-respect-to', 'x', '--out', out)
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    expect(outcome.stderr).toMatch(/no rule for the gradient of Det 'd'; .*docs\/adding-a-gradient-rule\.md/)
  })

  it('help has examples', () => {
    expect(cli('gradient', '--help').stdout).toMatch(/Examples:\n {2}\$ vec2face-bench gradient/)
  })
})

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Adam } from '../../../src/generate/attrop/adam.js'
import { PYTHON, pythonHas } from '../../python.js'

describe('Adam', () => {
  it('moves each number by the learning rate at first, whatever the gradient', () => {
    const values = Float32Array.of(1, 2, 3)
    new Adam(1, 3, 0.1).step(0, values, Float32Array.of(5, -0.001, 0))
    expect([...values].map((value) => Number(value.toFixed(5)))).toEqual([0.9, 2.1, 3])
  })

  it('keeps the state of each row apart', () => {
    const [together, alone] = [new Adam(2, 1, 0.1), new Adam(1, 1, 0.1)]
    const [a, b] = [Float32Array.of(1), Float32Array.of(1)]
    for (const gradient of [1, -0.5, 2]) {
      together.step(0, Float32Array.of(7), Float32Array.of(-gradient))
      together.step(1, a, Float32Array.of(gradient))
      alone.step(0, b, Float32Array.of(gradient))
    }
    expect(a).toEqual(b)
  })

  it.skipIf(!pythonHas('torch'))(
    "equals PyTorch's to 1e-5 over 20 steps (skipped where Debian's torch is absent)",
    () => {
      const script = `
import json, torch
torch.manual_seed(3)
gradients = torch.randn(20, 6) * torch.tensor([1, 10, 0.01, 1e-6, 1, 1])
x = torch.nn.Parameter(torch.arange(6).float())
adam = torch.optim.Adam([x], lr=0.1)
for g in gradients:
    x.grad = g.clone()
    adam.step()
print(json.dumps({"gradients": gradients.tolist(), "x": x.tolist()}))`
      const { stdout } = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' })
      const { gradients, x } = JSON.parse(stdout) as { gradients: number[][]; x: number[] }
      const values = Float32Array.from({ length: 6 }, (_, i) => i)
      const adam = new Adam(1, 6, 0.1)
      for (const gradient of gradients) adam.step(0, values, Float32Array.from(gradient))
      for (const [i, value] of values.entries()) expect(Math.abs(value - x[i])).toBeLessThan(1e-5)
    },
  )
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy, readNpy } from '../../../src/arrays/npy.js'
import { writeDurably } from '../../../src/bytes/files.js'
import { attropModelsOf } from '../../../src/cli/attrop-options.js'
import { attropStep, PORTS } from '../../../src/generate/attrop/loss-graph.js'
import { attropSettingsSchema } from '../../../src/generate/attrop/settings.js'
import { Runtime, runtimeTensor } from '../../../src/onnx/runtime.js'
import { cli, isOneClearLine } from '../../cli/cli.js'
import { QUICK } from '../../quick.js'
import { scratchFolder } from '../../scratch.js'
import { shared } from '../../shared.js'

const CHECKPOINTS = shared('checkpoints')
const demo = (name: string) => `models/demo/demo-${name}.onnx`
const folder = scratchFolder()
const at = (name: string) => join(folder, name)

const DEMO = [
  '--model',
  demo('generator'),
  '--recogniser',
  demo('recogniser-a'),
  '--quality',
  demo('quality'),
]

async function vectorsFile(rows: number, width = 512): Promise<string> {
  const features = await readNpy('models/demo/demo-identity-features.npy')
  const data = Float32Array.from((features.data as Float32Array).subarray(0, rows * width))
  const path = at(`vectors-${rows}-${width}.npy`)
  await writeDurably(path, encodeNpy({ type: '<f4', shape: [rows, width], data }))
  return path
}

describe.skipIf(CHECKPOINTS === undefined)(
  'AttrOP on the reference networks (skipped where ../shared/checkpoints is absent)',
  () => {
    const reference = (name: string) => join(CHECKPOINTS ?? '', name)
    beforeAll(() => {
      for (const [file, out, ...flags] of [
        ['vec2face-tiny.pth', 'g.onnx', '--heads', '4,6'],
        ['iresnet-tiny-normal.pth', 'r.onnx'],
        ['iresnet-tiny-se.pth', 'q.onnx', '--role', 'quality'],
      ])
        expect(cli('models', 'import', reference(file), '--out', at(out), ...flags).status).toBe(0)
    })

    const { qualityTarget, loss_identity_quality: expected } = JSON.parse(
      readFileSync(reference('attrop-tiny.json'), 'utf8'),
    ) as { qualityTarget: number; loss_identity_quality: number[][] }
    /** The first rows of a reference file, in a file of their own: rows don't touch one another, and time is short. */
    const firstRows = async (name: string, rows: number): Promise<string> => {
      const { type, shape, data } = await readNpy(reference(name))
      const part = data.slice(0, rows * shape[1]) as Float32Array
      await writeDurably(at(name), encodeNpy({ type: type as '<f4', shape: [rows, shape[1]], data: part }))
      return at(name)
    }
    const attrop = async (rows: number, ...flags: string[]) => {
      const files = {
        '--vectors': 'vec2face-tiny.vectors.npy',
        '--targets': 'attrop-tiny.identity.npy',
        '--dropped': 'vec2face-tiny.dropped.npy',
        '--masked': 'vec2face-tiny.masked.npy',
      }
      const inputs: string[] = []
      for (const [flag, name] of Object.entries(files)) inputs.push(flag, await firstRows(name, rows))
      return cli(
        ...['generate', 'attrop', '--model', at('g.onnx'), '--recogniser', at('r.onnx')],
        ...['--quality', at('q.onnx'), ...inputs, '--quality-target', String(qualityTarget)],
        ...['--learning-rate', '0.1', '--every-step', '--json', ...flags],
      )
    }

    it('has the gradient of PyTorch in float64, to 1e-7 of its largest element', async () => {
      const models = await attropModelsOf(at('g.onnx'), at('r.onnx'), { quality: at('q.onnx') })
      const step = attropStep(models, attropSettingsSchema.parse({ quality: qualityTarget }), 1, 'float64')
      const runtime = await Runtime.open(step, { optimise: 'exactly' })
      const first = async (name: string, size: number) =>
        ((await readNpy(reference(name))).data as Float64Array).slice(0, size)
      const floats = async (name: string, size: number) =>
        runtimeTensor('float64', Float64Array.from(await first(name, size)), [1, size])
      const flags = async (name: string) =>
        runtimeTensor('bool', ((await readNpy(reference(name))).data as Uint8Array).slice(0, 50), [1, 50])
      const outputs = await runtime.run({
        vector: await floats('vec2face-tiny.vectors.npy', 512),
        target: await floats('attrop-tiny.identity.npy', 32),
        dropped: await flags('vec2face-tiny.dropped.npy'),
        masked: await flags('vec2face-tiny.masked.npy'),
      })
      await runtime.close()
      const found = outputs[PORTS.gradient].data as Float64Array
      // The reference is of the mean over 4 rows.
      const right = (await first('attrop-tiny.gradient.npy', 512)).map((value) => 4 * value)
      const largest = Math.max(...Array.from(right, Math.abs))
      for (const [i, value] of right.entries())
        expect(Math.abs(found[i] - value) / largest).toBeLessThan(1e-7)
    }, 600_000)

    it.skipIf(QUICK)(
      'takes a vector in 5 steps where PyTorch in float64 takes it, to 1e-3, by what the import writes',
      async () => {
        // The reference's loss is the mean over 4 rows: one row alone has its gradient with a quarter of the weights.
        const weights = ['--identity-weight', '25', '--quality-weight', '0.25']
        const { stdout, status } = await attrop(1, ...weights, '--steps', '5', '--out', at('moved.npy'))
        expect(status).toBe(0)
        expect(JSON.parse(stdout).precision).toBe('float64')
        const moved = (await readNpy(at('moved.npy'))).data as Float32Array
        const right = (await readNpy(reference('attrop-tiny.after5.npy'))).data as Float32Array
        for (const [i, value] of moved.entries()) expect(Math.abs(value - right[i])).toBeLessThan(1e-3)
      },
      600_000,
    )

    it.skipIf(QUICK)('has the same losses in float32, before kinks decide', async () => {
      const flags = ['--steps', '1', '--out', at('moved32.npy'), '--precision', 'float32']
      const { stdout, status } = await attrop(4, ...flags)
      expect(status).toBe(0)
      const { steps } = JSON.parse(stdout)
      expect(steps[0].loss).toBeCloseTo(expected[0][0], 2)
      expect(steps[0].identityLoss).toBeCloseTo(expected[0][1], 5)
    })
  },
)

describe('AttrOP on the demo networks', () => {
  it('raises the quality and keeps the identity', async () => {
    const { stdout, status } = cli(
      ...['generate', 'attrop', ...DEMO, '--vectors', await vectorsFile(3), '--quality-target', '36'],
      ...[
        '--steps',
        '8',
        '--precision',
        'float32',
        '--step-masks',
        'once',
        '--out',
        at('better.npy'),
        '--json',
        '--quiet',
      ],
    )
    expect(status).toBe(0)
    const { outcomes, targets } = JSON.parse(stdout) as {
      outcomes: { before: Record<string, number>; after: Record<string, number> }[]
      targets: string
    }
    expect(targets).toBe('the vectors')
    for (const { before, after } of outcomes) {
      expect(after.quality).toBeGreaterThan(before.quality)
      expect(after.identity).toBeLessThan(0.35)
    }
    const { shape } = await readNpy(at('better.npy'))
    expect(shape).toEqual([3, 512])
  })

  it.skipIf(QUICK)('gives a row the same vector, whatever stands beside it', async () => {
    const run = (vectors: string, out: string) =>
      cli(
        ...[
          'generate',
          'attrop',
          ...DEMO,
          '--vectors',
          vectors,
          '--quality-target',
          '30',
          '--steps',
          '2',
          '--precision',
          'float32',
        ],
        ...['--step-masks', 'once', '--every-step', '--batch', '8', '--out', at(out), '--quiet'],
      )
    expect(run(await vectorsFile(1), 'one.npy').status).toBe(0)
    expect(run(await vectorsFile(3), 'three.npy').status).toBe(0)
    const [one, three] = [await readNpy(at('one.npy')), await readNpy(at('three.npy'))]
    const row = (three.data as Float32Array).subarray(0, 512)
    expect(row).toEqual(one.data)
  })

  it('leaves a row with numbers that are not finite where it was and names it; the others go on', async () => {
    const data = (await readNpy('models/demo/demo-identity-features.npy')).data as Float32Array
    const vectors = data.slice(0, 3 * 512).fill(3e38, 512, 1024)
    const path = at('overflowing.npy')
    await writeDurably(path, encodeNpy({ type: '<f4', shape: [3, 512], data: vectors }))
    const asked = [
      '--quality-target',
      '36',
      '--steps',
      '2',
      '--every-step',
      '--precision',
      'float32',
      '--json',
    ]
    const { stdout, stderr, status } = cli(
      ...['generate', 'attrop', ...DEMO, '--vectors', path, '--out', at('rest.npy'), '--quiet', ...asked],
    )
    expect(status).toBe(0)
    expect(stderr).toMatch(/rows with numbers that are not finite, left where they were: 1$/m)
    const { notFinite, outcomes, steps } = JSON.parse(stdout)
    expect(notFinite).toEqual([1])
    expect(outcomes.map((outcome: { steps: number }) => outcome.steps)).toEqual([2, 0, 2])
    expect(steps.map((step: { rows: number }) => step.rows)).toEqual([2, 2])
    const moved = (await readNpy(at('rest.npy'))).data as Float32Array
    expect(moved.slice(512, 1024)).toEqual(vectors.slice(512, 1024))
    expect(moved.every(Number.isFinite)).toBe(true)
    expect(moved.slice(1024)).not.toEqual(vectors.slice(1024))
  })

  it('says what is wrong', async () => {
    const vectors = await vectorsFile(1)
    const wrong = (...flags: string[]) => cli('generate', 'attrop', '--out', at('x.npy'), ...flags)
    const narrow = await vectorsFile(1, 100)
    for (const [outcome, message] of [
      [
        wrong(...DEMO, '--vectors', vectors),
        /neither a quality nor a yaw is asked for; give --quality-target, --yaw, or both/,
      ],
      [
        wrong(...DEMO, '--vectors', vectors, '--yaw', '30'),
        /a yaw is asked for, and no model measures it; name one with --pose/,
      ],
      [wrong(...DEMO, '--vectors', vectors, '--yaw', '120'), /--yaw: '120' is no yaw that can be asked for/],
      [
        wrong(...DEMO, '--vectors', narrow, '--quality-target', '30'),
        /the vectors have 100 numbers, this generator takes 512/,
      ],
      [
        wrong(...DEMO, '--vectors', vectors, '--quality-target', '30', '--dropped', vectors),
        /these are '<f4' \[1, 512\]|one of the two masks is missing/,
      ],
      [
        wrong(...DEMO, '--vectors', vectors, '--quality-target', '30', '--pose', demo('quality')),
        /demo-quality/,
      ],
    ] as const) {
      expect(outcome.stderr).toMatch(message)
      expect(isOneClearLine(outcome)).toBe(true)
    }
  })
})

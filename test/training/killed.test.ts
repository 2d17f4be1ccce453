import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { sha256OfFile } from '../../src/bytes/hashing.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'
import { SMALL_SPEC, writeSmallDataset } from './small-dataset.js'

const scratch = scratchFolder()
const MAIN = resolve('dist/cli/start.cjs')
/** Every kill costs a start of the program; the acceptance test's: KILLS=20. */
const KILLS = Number(process.env.KILLS ?? 2)
const STEPS = 40

beforeAll(async () => {
  await writeSmallDataset(join(scratch, 'data'), 6, 6)
  const spec = { ...SMALL_SPEC, steps: STEPS, curveEvery: 1, checkpointEvery: 3 }
  writeFileSync(join(scratch, 'spec.yaml'), stringify(spec))
})

/** Trains; kills the program (SIGKILL) once the curve has so many points. @returns whether it was killed */
async function train(out: string, killAt = Number.POSITIVE_INFINITY): Promise<boolean> {
  const flags = ['--spec', join(scratch, 'spec.yaml'), '--out', out, '--threads', '1', '--quiet']
  const child = spawn(process.execPath, [MAIN, 'train', 'recogniser', join(scratch, 'data'), ...flags], {
    stdio: 'ignore',
  })
  const ended = new Promise<number | null>((done) => child.on('exit', done))
  const curve = `${out}.training/curve.jsonl`
  const watch = setInterval(() => {
    const points = existsSync(curve) ? readFileSync(curve, 'utf8').split('\n').length - 1 : 0
    if (points >= killAt) child.kill('SIGKILL')
  }, 5)
  const code = await ended
  clearInterval(watch)
  if (code !== null && code !== 0) throw new Error(`the program failed with ${code}`)
  return code === null
}

it('ends with the same weights where it was killed (SIGKILL) again and again', async () => {
  const [whole, killed] = ['whole', 'killed'].map((name) => join(scratch, `${name}.onnx`))
  await train(whole)
  const moments = new RandomStream(Date.now(), 'kills')
  const at = Array.from({ length: KILLS }, () => 1 + moments.nextInt(STEPS - 5)).sort((a, b) => a - b)
  let kills = 0
  for (const moment of at) if (await train(killed, moment)) kills++
  await train(killed)
  expect(kills).toBeGreaterThan(0)
  expect(await sha256OfFile(killed)).toBe(await sha256OfFile(whole))
  expect(readFileSync(`${killed}.training/curve.jsonl`, 'utf8')).toBe(
    readFileSync(`${whole}.training/curve.jsonl`, 'utf8'),
  )
  console.log(`killed ${kills} times, after ${at.join(', ')} steps`)
}, 600_000)

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RandomStream } from '../../src/random/philox.js'
import { temporaryFolder } from '../scratch.js'
import { commandOf, contentOf, randomVectors, smallRequest, writeVectors } from './generation-inputs.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
/** Every kill costs a start of the program; the 50 of the acceptance test: KILLS=50. */
const KILLS = Number(process.env.KILLS ?? 4)

/** Runs the program; kills it (SIGKILL) after some milliseconds. @returns whether it came to its end by itself */
async function runFor(args: string[], milliseconds: number): Promise<boolean> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const killed = new AbortController()
  void sleep(milliseconds, undefined, { signal: killed.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  )
  const code = await ended
  killed.abort()
  if (code !== null && code !== 0) throw new Error(`the program failed: ${said}`)
  return code === 0
}

test(`killed at random moments (${KILLS} times) and started again, it ends with the bytes of a run never killed`, async (context) => {
  if (!existsSync(MAIN)) context.skip('the program is not built: npm run build')
  const folder = await temporaryFolder()
  const request = {
    ...(await smallRequest(folder)),
    identities: await writeVectors(join(folder, 'many.npy'), randomVectors(100)),
    imagesPerIdentity: 24,
  }
  const flags = ['--format', 'folder,webdataset,recordio,lmdb', '--threads', '2']
  const whole = join(folder, 'whole')
  const begun = performance.now()
  expect(await runFor([...commandOf(request, whole), ...flags], 600_000)).toBe(true)
  const duration = performance.now() - begun
  const expected = await contentOf(whole)
  expect(Object.keys(expected).length).toBeGreaterThan(2_400)
  const out = join(folder, 'killed')
  const moments = new RandomStream(Date.now(), 'kills')
  let kills = 0
  let ends = 0
  while (kills < KILLS || ends === 0) {
    if (
      !(await runFor(
        [...commandOf(request, out), ...flags],
        kills < KILLS ? moments.next() * duration : 600_000,
      ))
    ) {
      kills++
      continue
    }
    expect(await contentOf(out)).toEqual(expected)
    ends++
    await rm(out, { recursive: true })
  }
  expect(kills).toBe(KILLS)
}, 3_600_000)

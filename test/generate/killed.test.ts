import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RandomStream } from '../../src/random/philox.js'
import { temporaryFolder } from '../scratch.js'
import {
  commandOf,
  contentOf,
  demoAttrop,
  randomVectors,
  smallRequest,
  writeVectors,
} from './generation-inputs.js'

const DIST = new URL('../../dist/', import.meta.url)
const MAIN = fileURLToPath(new URL('cli/start.cjs', DIST))
/** Every kill costs a start of the program; the 50 of the acceptance test: KILLS=50. As many as wanted: npm run kill. */
const KILLS = Number(process.env.KILLS ?? 2)
const FORMS = ['--format', 'folder,webdataset,recordio,lmdb']
const FOREVER = 3_600_000

/** Runs Node; kills it (SIGKILL) after some milliseconds. @returns whether it came to its end by itself */
async function runFor(args: string[], milliseconds: number): Promise<boolean> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
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

/** Milliseconds that commands take which nobody kills. */
async function durations(commands: string[][]): Promise<number[]> {
  const times: number[] = []
  for (const command of commands) {
    const begun = performance.now()
    expect(await runFor(command, FOREVER)).toBe(true)
    times.push(performance.now() - begun)
  }
  return times
}

/**
 * Runs commands one after another, each killed at random moments of its duration and started again until it has
 * come to its end; all of it again from an empty place until there were so many kills.
 * @param check called after each time that all came to their end
 */
async function withKills(
  commands: string[][],
  times: number[],
  check: () => Promise<void>,
  wanted = KILLS,
): Promise<void> {
  const moments = new RandomStream(Date.now(), 'kills')
  let kills = 0
  let ends = 0
  while (kills < wanted || ends === 0) {
    for (const [i, command] of commands.entries()) {
      for (let ended = false; !ended; ) {
        const begun = performance.now()
        ended = await runFor(command, kills < wanted ? moments.next() * times[i] : FOREVER)
        // The first measure may have come from a busier moment: kills after the end are none.
        if (ended) times[i] = Math.min(times[i], performance.now() - begun)
        else kills++
      }
    }
    await check()
    ends++
  }
  expect(kills).toBe(wanted)
  console.log(`${kills} kills, ${ends} times completed and compared`)
}

/** 40 identities of 24 images in 2 parts or more. */
async function manyImages(folder: string) {
  return {
    ...(await smallRequest(folder)),
    identities: await writeVectors(join(folder, 'many.npy'), randomVectors(40)),
    imagesPerIdentity: 24,
  }
}

test(
  `killed at random moments (${KILLS} times) and started again, it ends with the bytes of a run never killed`,
  async (context) => {
    if (!existsSync(MAIN)) context.skip('the program is not built: npm run build')
    const folder = await temporaryFolder()
    const request = await manyImages(folder)
    const command = (out: string) => [MAIN, ...commandOf(request, out), ...FORMS, '--threads', '2']
    const [whole, out] = [join(folder, 'whole'), join(folder, 'killed')]
    const times = await durations([command(whole)])
    const expected = await contentOf(whole)
    expect(Object.keys(expected).length).toBeGreaterThan(960)
    await withKills([command(out)], times, async () => {
      expect(await contentOf(out)).toEqual(expected)
      await rm(out, { recursive: true })
    })
  },
  FOREVER,
)

test.skipIf(process.env.KILLS === undefined)(
  `shards and their merge (with KILLS=n, or by npm run kill -- generate-shards), killed at random moments (${KILLS} times), give the bytes of a run never killed`,
  async (context) => {
    if (!existsSync(MAIN)) context.skip('the program is not built: npm run build')
    const folder = await temporaryFolder()
    const request = await manyImages(folder)
    const whole = join(folder, 'whole')
    await durations([[MAIN, ...commandOf(request, whole), ...FORMS, '--threads', '2']])
    const expected = await contentOf(whole)
    const commandsIn = (out: string) => [
      [MAIN, ...commandOf(request, join(out, '1')), '--threads', '1', '--shard', '1/2'],
      [MAIN, ...commandOf(request, join(out, '2')), '--threads', '1', '--shard', '2/2'],
      [MAIN, 'generate', 'merge', join(out, '1'), join(out, '2'), ...FORMS, '--out', join(out, 'merged')],
    ]
    const times = await durations(commandsIn(join(folder, 'shards')))
    const out = join(folder, 'killed')
    await withKills(commandsIn(out), times, async () => {
      expect(await contentOf(join(out, 'merged'))).toEqual(expected)
      await rm(out, { recursive: true })
    })
  },
  FOREVER,
)

test(
  'with AttrOP, killed at a random moment and started again, it ends with the bytes of a run never killed',
  async (context) => {
    if (!existsSync(MAIN)) context.skip('the program is not built: npm run build')
    const folder = await temporaryFolder()
    // Parts of one identity, which the command line has no option for.
    const request = await demoAttrop(folder, 3)
    const module = new URL('generate/generate-dataset.js', DIST).href
    const command = (out: string) => [
      ...['--input-type=module', '-e'],
      `import { generateDataset } from '${module}'
      const progress = { start() {}, update() {}, stop() {} }
      await generateDataset(${JSON.stringify(request)}, '${out}', { formats: ['folder'], threads: 1, progress })`,
    ]
    const [whole, out] = [join(folder, 'whole'), join(folder, 'killed')]
    const times = await durations([command(whole)])
    const expected = await contentOf(whole)
    const check = async () => {
      expect(await contentOf(out)).toEqual(expected)
      await rm(out, { recursive: true })
    }
    await withKills([command(out)], times, check, 1)
  },
  FOREVER,
)

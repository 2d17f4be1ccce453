import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { InputError } from '../errors.js'
import { nodeFlags } from '../own-script.js'
import { planSpec } from '../run/grid/plan-spec.js'
import type { RunOptions } from '../run/run-options.js'
import type { LoadedSpec } from '../run/spec.js'
import { numbersOf } from './run-pool.js'

/** Milliseconds between two looks at what is made. */
const LOOK_EVERY = 5_000

/**
 * Makes a grid's cells into the cache in processes side by side, each a share of them by this very command. A process whose
 * cells fail tells nothing here: whoever takes the cells from the cache tries those again and says why.
 * @param processes how many @throws InputError where the spec has no grid, or a process can't be started
 */
export async function makeSideBySide(
  loaded: LoadedSpec,
  processes: number,
  options: RunOptions,
): Promise<void> {
  const count = Math.min(processes, numbersOf(loaded).length)
  const quiet: RunOptions = { ...options, log: () => {} }
  const stages = async () => {
    const kinds = (await planSpec(loaded, quiet))?.kinds ?? []
    const sum = (of: 'stages' | 'kept') => kinds.reduce((total, kind) => total + kind[of], 0)
    return { all: sum('stages'), kept: sum('kept') }
  }
  const before = await stages()
  if (before.kept === before.all) return
  const { progress } = options
  const ended = new AbortController()
  const shares = Promise.all(
    Array.from({ length: count }, (_, i) => oneProcess(`${i + 1}/${count}`, loaded, options)),
  ).finally(() => ended.abort())
  progress.start(`cells, ${count} at once`, before.all - before.kept, 'steps')
  try {
    while (!ended.signal.aborted) {
      await wait(LOOK_EVERY, undefined, { signal: ended.signal }).catch(() => {})
      progress.update((await stages()).kept - before.kept)
    }
    await shares
  } finally {
    progress.stop()
  }
}

/** @throws InputError where it can't be started */
function oneProcess(shard: string, loaded: LoadedSpec, options: RunOptions): Promise<void> {
  const threads = options.session.threads ?? 1
  const args = [...withoutOutput(options.command), '--shard', shard, '--threads', String(threads), '--yes']
  const child = spawn(process.execPath, [...nodeFlags(), process.argv[1], ...args, '--quiet'], {
    stdio: 'ignore',
  })
  return new Promise((resolve, reject) => {
    child.on('error', ({ message }) =>
      reject(
        new InputError(
          `a process for cells can't be started (${message})`,
          loaded.path,
          'leave out --at-once',
        ),
      ),
    )
    child.on('exit', () => resolve())
  })
}

/** Flags that are the whole run's, with how many words follow each. */
const OF_THE_WHOLE: Readonly<Record<string, number>> = {
  '--at-once': 1,
  '--threads': 1,
  '--out': 1,
  '--report': 1,
  '--json': 0,
  '--quiet': 0,
  '--yes': 0,
}

/** A command's words without what is the whole run's. */
function withoutOutput(words: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < words.length; i++) {
    const [flag, value] = words[i].split('=', 2)
    const follows = OF_THE_WHOLE[flag]
    if (follows === undefined) kept.push(words[i])
    else if (value === undefined) i += follows
  }
  return kept
}

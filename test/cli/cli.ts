import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line as a user does. */
export function cli(...args: string[]): Outcome {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
}

/** What bad input must look like: one line that begins with `error:`, exit code 1, no stack trace. */
export function isOneClearLine({ status, stderr }: Outcome): boolean {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('error:'))
  return status === 1 && lines.length === 1 && !/\n\s+at /.test(stderr)
}

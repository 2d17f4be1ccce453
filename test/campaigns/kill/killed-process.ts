import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from './stage.js'

export const MAIN = fileURLToPath(new URL('../../../dist/cli/start.cjs', import.meta.url))
/** The system counts in ticks of 10 ms. */
const LOOK_EVERY = 10

/** How a process came to its end. */
export interface Ending {
  readonly how: 'ended' | 'killed' | 'refused'
  /** seconds of computing; what a process waits for doesn't count, nor how busy the machine is */
  readonly computed: number
}

/** Seconds of processor time of a process (proc(5): ticks of 10 ms, behind the name in brackets); 0 once it is gone. */
function computedBy(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return 0
  }
}

/**
 * Runs the program and kills it (SIGKILL) once it has computed for so many seconds, or where `signal` says so.
 * @throws Error where it fails by itself in another way than it may, or says more than one line of it
 */
export function runUntil(
  { args, env = {}, refusal, interruption }: Command,
  seconds: number,
  signal?: AbortSignal,
): Promise<Ending> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  const pid = child.pid ?? 0
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  let computed = 0
  const watch = setInterval(() => {
    computed = Math.max(computed, computedBy(pid))
    if (computed >= seconds || signal?.aborted === true) child.kill('SIGKILL')
  }, LOOK_EVERY)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, killer) => {
      clearInterval(watch)
      const errors = said.split('\n').filter((line) => line.startsWith('error:'))
      const says = (what: RegExp | undefined) =>
        code === 1 && errors.length === 1 && what?.test(errors[0]) === true
      if (killer === 'SIGKILL' || says(interruption?.said)) resolve({ how: 'killed', computed })
      else if (code === 0) resolve({ how: 'ended', computed })
      else if (says(refusal)) resolve({ how: 'refused', computed })
      else reject(new Error(`${args.slice(0, 2).join(' ')} ended with ${killer ?? code}: ${said.trim()}`))
    })
  })
}

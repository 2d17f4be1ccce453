import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './outcome.js'
import type { ReadingOrder, ReadingReport } from './reading-process.js'

const PROCESS = fileURLToPath(new URL('./reading-process.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** How sources run: as in tests. */
export const HOOKS = ['--import', `${ROOT}test/typescript-hooks.mjs`]

/** Seconds of computing, which a busy machine doesn't lengthen, and of waiting without any. */
const LONGEST = { computing: 10, waiting: 60 }
const WAITED = `still waiting after ${LONGEST.waiting} s`
const MOST_MEMORY = 512 * 2 ** 20
/** A process that has grown to this is replaced before the next file, without blame. */
const WORN_OUT = 1.5 * 2 ** 30
const LOOK_EVERY = 50

/**
 * What a reading process may do is held by Node's permissions: it reads the checkout, its own folder and the system's
 * libraries, writes its own folder, and starts nothing. A file that leads elsewhere ends in an exception, which is a finding.
 */
function permissions(folder: string): string[] {
  const readable = [
    ROOT,
    `${folder}/`,
    '/usr/',
    '/lib/',
    '/lib64/',
    '/proc/self/',
    '/etc/ld.so.cache',
    '/sys/',
  ]
  return [
    '--no-warnings',
    '--experimental-permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${folder}/`,
    '--allow-worker',
    '--allow-addons',
  ]
}

/** Reads files in a process of its own, which is killed and replaced when it hangs, grows or dies. */
export class WatchedProcess {
  #child: ChildProcess | undefined
  #before: Promise<unknown> = Promise.resolve()
  replaced = 0

  constructor(private readonly folder: string) {}

  /** Reads one file. @returns how it ended */
  read(order: ReadingOrder): Promise<Outcome> {
    // A reader whose time is up leaves its last file behind: the answer to that is not the next one's.
    const outcome = this.#before.then(() => this.#readAgainWhereItWaited(order))
    this.#before = outcome.catch(() => {})
    return outcome
  }

  /** A disk that stalls makes a file wait, too, once: what waits for ever does so again. */
  async #readAgainWhereItWaited(order: ReadingOrder): Promise<Outcome> {
    const first = await this.#read(order)
    if (!('what' in first) || first.what !== WAITED) return first
    const second = await this.#read(order)
    console.log(
      `  ${order.reader}: a file waited for ${LONGEST.waiting} s once; the next time: ${second.kind}`,
    )
    return second
  }

  async #read(order: ReadingOrder): Promise<Outcome> {
    const child = await this.#living()
    const pid = child.pid ?? 0
    const memory = new MemoryMark(pid)
    const before = processorSeconds(pid)
    return new Promise((resolve) => {
      const finish = (outcome: Outcome, replace: boolean) => {
        clearInterval(watch)
        child.off('message', onMessage)
        child.off('exit', onExit)
        if (replace) this.#replace()
        resolve(outcome)
      }
      const onMessage = ({ outcome, stray }: ReadingReport) => {
        const taken = memory.taken()
        if (taken > MOST_MEMORY) finish(tooMuch(taken), true)
        else finish(outcome, stray)
      }
      const onExit = (code: number | null, signal: string | null) =>
        finish({ kind: 'died', what: `the process ended (${signal ?? code})` }, true)
      let computed = before
      // Counted, since a machine that is suspended, or has no time for this process either, lets a clock go on.
      let looksInVain = 0
      const watch = setInterval(() => {
        const taken = memory.taken()
        const now = processorSeconds(pid)
        looksInVain = now > computed ? 0 : looksInVain + 1
        computed = now
        if (taken > MOST_MEMORY) finish(tooMuch(taken), true)
        else if (now - before > LONGEST.computing)
          finish({ kind: 'hang', what: `still reading after ${LONGEST.computing} s of computing` }, true)
        else if (looksInVain * LOOK_EVERY > LONGEST.waiting * 1000)
          finish({ kind: 'hang', what: WAITED }, true)
      }, LOOK_EVERY)
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send(order)
    })
  }

  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  #replace(): void {
    this.close()
    this.replaced++
  }

  async #living(): Promise<ChildProcess> {
    if (this.#child !== undefined && residentBytes(this.#child.pid ?? 0) > WORN_OUT) this.#replace()
    if (this.#child !== undefined) return this.#child
    const child = fork(PROCESS, [this.folder], {
      execArgv: [...permissions(this.folder), ...HOOKS],
      env: { ...process.env, TMPDIR: this.folder },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', (code) => reject(new Error(`the reading process ended with ${code} before it read`)))
    })
    child.removeAllListeners('exit')
    this.#child = child
    return child
  }
}

const tooMuch = (bytes: number): Outcome => ({
  kind: 'memory',
  what: `took more than ${Math.floor(Math.min(bytes, MOST_MEMORY) / 2 ** 20)} MB`,
})

/** What a file under /proc says of a process; empty where it is gone, or the system has no such files. */
function told(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** Seconds of processor time (proc(5): clock ticks of 10 ms, behind the name in brackets). */
function processorSeconds(pid: number): number {
  const fields = told(pid, 'stat')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

function status(pid: number, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(told(pid, 'status'))?.[1] ?? 0) * 1024
}

const residentBytes = (pid: number): number => status(pid, 'VmRSS')

/** What a process took at most since the mark was set; 0 where the system doesn't tell. */
class MemoryMark {
  readonly #before: number

  constructor(private readonly pid: number) {
    try {
      // Sets the high-water mark back to what is taken now (proc(5)).
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Without it the mark is the highest since the process began, which growth shows in as well.
    }
    this.#before = residentBytes(pid)
  }

  taken(): number {
    return status(this.pid, 'VmHWM') - this.#before
  }
}

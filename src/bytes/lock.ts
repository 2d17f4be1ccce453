import { constants } from 'node:fs'
import { copyFile, link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asInputError, InputError } from '../errors.js'
import { createFolder } from './files.js'
import { isAlive, MACHINE } from './living-process.js'
import { forgetTemporary, rememberTemporary, temporaryBeside, temporaryName } from './temporary.js'

/** Milliseconds between signs of life, and without one after which a lock's owner counts as gone. */
const BEAT = 5_000
const GONE_AFTER = 60_000
const LOOK_EVERY = 500

/**
 * Lets one process at a time do something, on one machine or several that share the folder. What a process that was
 * killed held is free at once on its own machine; elsewhere after a minute without a sign of life, by the watch of who waits:
 * clocks differ, and jump.
 * @param path the lock: a file that is there meanwhile
 * @param onWait called once where another process is at it; where it throws, nobody waits
 * @param goneAfter milliseconds
 */
export async function withLock<T>(
  path: string,
  onWait: (owner: string) => void,
  work: () => Promise<T>,
  goneAfter = GONE_AFTER,
): Promise<T> {
  const held = new HeldLock(path)
  for (let waited = false; !(await tryLock(path)); ) {
    // It was given back meanwhile.
    if (!(await held.look())) continue
    if (held.isAbandoned(goneAfter)) {
      await held.takeAway()
      continue
    }
    if (!waited) onWait(held.owner)
    waited = true
    await sleep(Math.min(LOOK_EVERY, goneAfter))
  }
  rememberTemporary(path)
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, BEAT)
  beat.unref()
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(path, { force: true })
    forgetTemporary(path)
  }
}

/**
 * {@link withLock} that waits for nobody: two processes that write one output would spoil it.
 * @param output what is written, for the message @throws InputError where another process is at it
 */
export async function alone<T>(path: string, output: string, work: () => Promise<T>): Promise<T> {
  await createFolder(dirname(path))
  const refuse = (owner: string) => {
    throw new InputError(
      `another process is writing it${owner && ` (${owner})`}`,
      output,
      `wait for it, or choose another place; where no such process is left, remove ${path}`,
    )
  }
  return withLock(path, refuse, work)
}

const OWNER = /^process (\d{1,10}) on (.{0,255}) \(([0-9a-f]{8})\)$/

/** @returns false where the lock is held. A lock says whose it is from the moment that it is there. */
async function tryLock(path: string): Promise<boolean> {
  const temporary = await temporaryBeside(path)
  try {
    await writeFile(temporary, `process ${process.pid} on ${hostname()} (${MACHINE})`)
    try {
      await link(temporary, path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') throw error
      // A file system without links.
      await copyFile(temporary, path, constants.COPYFILE_EXCL)
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw asInputError(error, path)
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/** A lock that another process may hold. */
class HeldLock {
  owner = ''
  #ownerIsGone = false
  /** who holds it, with the last sign of life; and since when it is that, by this process's watch */
  #sign: string | undefined
  #since = 0

  constructor(private readonly path: string) {}

  /** @returns false where nobody holds it */
  async look(): Promise<boolean> {
    const { text, sign } = await signOf(this.path)
    if (sign === undefined) return false
    const [, pid, host, machine] = OWNER.exec(text) ?? []
    this.owner = pid === undefined ? '' : `process ${pid} on ${host}`
    this.#ownerIsGone = machine === MACHINE && !isAlive(Number(pid))
    if (sign !== this.#sign) [this.#sign, this.#since] = [sign, performance.now()]
    return true
  }

  isAbandoned(goneAfter: number): boolean {
    return this.#ownerIsGone || performance.now() - this.#since > goneAfter
  }

  /** Removes an abandoned lock, and puts back one that another process has taken meanwhile. */
  async takeAway(): Promise<void> {
    const aside = temporaryName(this.path)
    try {
      await rename(this.path, aside)
      if ((await signOf(aside)).sign !== this.#sign) await link(aside, this.path)
    } catch {
      // Another process was first.
    }
    await rm(aside, { force: true })
  }
}

async function signOf(path: string): Promise<{ text: string; sign: string | undefined }> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const status = await stat(path).catch(() => undefined)
  return { text, sign: status && `${text} ${status.ino} ${status.mtimeMs}` }
}

import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { asInputError } from '../../errors.js'

/** Milliseconds between signs of life, and without one after which a lock's owner counts as gone. */
const BEAT = 5_000
const GONE_AFTER = 60_000
const LOOK_EVERY = 500

/**
 * Lets one process at a time make a stage, on one machine or several that share the folder. What a process that was
 * killed held is free at once on its own machine, after a minute elsewhere.
 * @param onWait called once where another process is at it
 */
export async function withLock<T>(
  path: string,
  onWait: (owner: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let waited = false; !(await tryLock(path)); ) {
    const owner = await readFile(path, 'utf8').catch(() => undefined)
    // It was given back meanwhile.
    if (owner === undefined) continue
    if (await isAbandoned(path, owner)) {
      await takeAway(path)
      continue
    }
    if (!waited) onWait(owner)
    waited = true
    await sleep(LOOK_EVERY)
  }
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
  }
}

async function tryLock(path: string): Promise<boolean> {
  // It appears with its owner's name in it: another process never finds it empty.
  const aside = `${path}.${process.pid}.${randomUUID()}.tmp`
  try {
    await writeFile(aside, `process ${process.pid} on ${hostname()}`)
    await link(aside, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw asInputError(error, path)
  } finally {
    await rm(aside, { force: true })
  }
}

async function isAbandoned(path: string, owner: string): Promise<boolean> {
  const [, pid, host] = /^process (\d+) on (.*)$/.exec(owner) ?? []
  if (host === hostname() && !isAlive(Number(pid))) return true
  return (await ageOf(path)) > GONE_AFTER
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function ageOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )
}

/** Removes an abandoned lock, and puts back one that another process has taken meanwhile. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`
  try {
    await rename(path, aside)
    if (!(await isAbandoned(aside, await readFile(aside, 'utf8')))) await link(aside, path)
  } catch {
    // Another process was first.
  }
  await rm(aside, { force: true })
}

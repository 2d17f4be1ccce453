import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isAlive, MACHINE } from './living-process.js'

/** Files and folders that are being written under another name, to be moved to their place when they are whole. */
const unfinished = new Set<string>()
/** Folders that this process looked into for what others left. */
const swept = new Set<string>()

const TEMPORARY = /\.([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}\.tmp$/

/**
 * A name that no other process and no other call takes, for what becomes `path` when it is whole:
 * `PATH.MACHINE-PROCESS-RANDOM.tmp`.
 */
export function temporaryName(path: string): string {
  return `${path}.${MACHINE}-${process.pid}-${randomUUID().slice(0, 8)}.tmp`
}

/**
 * {@link temporaryName}, and what processes that were killed left in that folder under such names is removed, once a
 * process. What living ones and other machines write stays.
 */
export async function temporaryBeside(path: string): Promise<string> {
  const folder = dirname(resolve(path))
  if (!swept.has(folder)) {
    swept.add(folder)
    await removeLeftOvers(folder)
  }
  return temporaryName(path)
}

/**
 * Makes a temporary folder that only this user can look into, beside what is to be written; removed where the process ends before
 * {@link forgetTemporary}.
 */
export async function temporaryFolderBeside(path: string): Promise<string> {
  const folder = await temporaryBeside(path)
  mkdirSync(folder, { mode: 0o700 })
  rememberTemporary(folder)
  return folder
}

/** Removes what processes of this machine that are gone left in a folder under temporary names. */
export async function removeLeftOvers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (isLeftOver(name)) await rm(join(folder, name), { recursive: true, force: true }).catch(() => {})
}

function isLeftOver(name: string): boolean {
  const [, machine, pid] = TEMPORARY.exec(name) ?? []
  return machine === MACHINE && !isAlive(Number(pid))
}

/** Is removed where the process ends before {@link forgetTemporary}: at an error, or a signal that it heeds. */
export function rememberTemporary(path: string): void {
  if (unfinished.size === 0) process.once('exit', removeTemporaries)
  unfinished.add(path)
}

/** It is in its place, or gone. */
export function forgetTemporary(path: string): void {
  unfinished.delete(path)
  if (unfinished.size === 0) process.off('exit', removeTemporaries)
}

function removeTemporaries(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // Whatever hinders it is told where the file is written.
    }
  }
}

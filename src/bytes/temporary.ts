import { rmSync } from 'node:fs'

/** Files and folders that are being written under another name, to be moved to their place when they are whole. */
const unfinished = new Set<string>()

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

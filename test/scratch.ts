import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/** A folder of the test file's own, gone when the tests are done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vec2face-bench-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files into a folder of the test file's own; gives their paths. */
export function scratchFiles(
  folder = scratchFolder(),
): (name: string, content: Uint8Array | string) => string {
  return (name, content) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }
}

/** A folder that is gone after the test that asks for it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vec2face-bench-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

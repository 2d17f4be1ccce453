import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PYTHON, pythonHas } from './python.js'
import { shared } from './shared.js'

/** A case of the field: `make(folder)` writes its files, as its own script says. */
export interface FieldCase {
  /** why it can't be made here; undefined where it can */
  readonly missing: string | undefined
  /** @returns the folder that it was made in */
  make(folder: string): string
}

/** A case of `shared/cases`, which needs Debian's Python with `modules`. */
export function fieldCase(name: string, ...modules: string[]): FieldCase {
  const script = shared(`cases/${name}/make.py`)
  const missing =
    script === undefined
      ? 'skipped where shared/cases is absent'
      : pythonHas('numpy', 'PIL', ...modules)
        ? undefined
        : `skipped where Python lacks ${['numpy', 'PIL', ...modules].join(', ')}`
  return {
    missing,
    make(parent) {
      const folder = join(parent, name)
      mkdirSync(folder, { recursive: true })
      const { status, stderr } = spawnSync(PYTHON, [script ?? '', folder], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${name}: ${stderr}`)
      return folder
    },
  }
}

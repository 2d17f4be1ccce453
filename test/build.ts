import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'rolldown/utils'

/**
 * Translates the sources that are newer than what was translated, since tests of the command line run what users run.
 * Types are for `npm run check` to report.
 */
export function setup(): void {
  for (const name of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const source = join('src', name)
    const target = join('dist', name.replace(/\.ts$/, '.js'))
    const built = statSync(target, { throwIfNoEntry: false })
    if (built !== undefined && built.mtimeMs > statSync(source).mtimeMs) continue
    const { code, errors } = transformSync(source, readFileSync(source, 'utf8'))
    if (errors.length > 0) throw new Error(`${source}: ${errors[0].message}`)
    mkdirSync(dirname(target), { recursive: true })
    if (code.includes('@oxc-project/runtime'))
      throw new Error(`${source}: what the compiler leaves as it is needs a library here`)
    writeFileSync(target, code)
  }
}

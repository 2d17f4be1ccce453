import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from './scratch.js'

/** What breaks a rule of .dependency-cruiser.mjs below a folder, a line each. */
function breaches(folder: string): string[] {
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const config = resolve('.dependency-cruiser.mjs')
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, '--config', config, '--output-type', 'json', 'src'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  if (stdout === '') throw new Error(stderr)
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] }
  }
  expect(summary.totalCruised).toBeGreaterThan(5)
  return summary.violations.map(({ from, to, rule }) => `${from} -> ${to} (${rule.name})`)
}

test('each room knows only what its row in .dependency-cruiser.mjs names', () => {
  expect(breaches('.')).toEqual([])
})

test('docs/design.md has a row for each room, and no other', () => {
  const [, table] = readFileSync('docs/design.md', 'utf8').split('## Rooms')
  const rows = [...table.split('\n## ')[0].matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, room]) => room)
  const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(rows.sort()).toEqual(rooms.map(({ name }) => name).sort())
})

test('pages name files and folders that are there', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)]
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(page, 'utf8')
    for (const [, path] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      expect(existsSync(join(dirname(page), path)), `${page}: ${path}`).toBe(true)
    for (const [, path] of text.matchAll(/`((?:src|test|docs|packaging|benchmarks\/perf)\/[\w./-]+)`/g)) {
      const shown = /\bexample\b/i.test(text) && path.startsWith('src/') && page.includes('adding-a-')
      expect(shown || existsSync(path), `${page}: ${path}`).toBe(true)
    }
  }
})

describe('a breach is found', () => {
  const files: Record<string, string> = {
    'src/metrics/a.ts': "import { b } from '../bytes/b.js'\nexport const a = b\n",
    'src/bytes/b.ts': 'export const b = 1\n',
    'src/bytes/c.ts': "export type { Cli } from '../cli/d.js'\n",
    'src/cli/d.ts': 'export interface Cli { n: number }\n',
    'src/arrays/e.ts': "export async function e() { return (await import('../models/f.js')).f }\n",
    'src/models/f.ts': 'export const f = 1\nexport interface F { n: number }\n',
    'src/networks/g.ts': "import { f } from '../models/f.js'\nexport const g = f\n",
    'src/networks/h.ts': "import type { F } from '../models/f.js'\nexport const h: F = { n: 1 }\n",
    'src/attic/i.ts': "import { b } from '../bytes/b.js'\nexport const i = b\n",
    'src/json.ts': "import { f } from './models/f.js'\nexport const j = f\n",
    'src/features/k.ts': "import { l } from './l.js'\nexport const k = () => l\n",
    'src/features/l.ts': "import { k } from './k.js'\nexport const l = () => k\n",
    'src/report/m.ts': "import { t } from '../../test/t.js'\nexport const m = t\n",
    'test/t.ts': 'export const t = 1\n',
  }

  test.each([
    ['a room that must not know files', 'src/metrics/a.ts -> src/bytes/b.ts'],
    ['a type alone', 'src/bytes/c.ts -> src/cli/d.ts'],
    ['an import at run time', 'src/arrays/e.ts -> src/models/f.ts'],
    ['more than types where types are known', 'src/networks/g.ts -> src/models/f.ts'],
    ['a room without a row', 'src/attic/i.ts -> src/bytes/b.ts'],
    ['a file beside the rooms', 'src/json.ts -> src/models/f.ts'],
    ['a circle', 'src/features/k.ts -> src/features/l.ts'],
    ['a test', 'src/report/m.ts -> test/t.ts'],
  ])('%s', (_, breach) => {
    expect(
      found.some((line) => line.startsWith(breach)),
      found.join('\n'),
    ).toBe(true)
  })

  test('and types where they are known are none', () => {
    expect(found.filter((line) => line.startsWith('src/networks/h.ts'))).toEqual([])
  })

  const folder = scratchFolder()
  let found: string[] = []
  beforeAll(() => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    copyFileSync('tsconfig.json', join(folder, 'tsconfig.json'))
    found = breaches(folder)
  })
})

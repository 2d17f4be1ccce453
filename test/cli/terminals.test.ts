import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { RandomStream } from '../../src/random/philox.js'
import { writeResults } from '../../src/results/file.js'
import { pythonHas } from '../python.js'
import { sampleReport } from '../report/sample-report.js'
import { scratchFolder } from '../scratch.js'
import { writeSmallDataset } from '../training/small-dataset.js'

const folder = scratchFolder()
const at = (name: string) => join(folder, name)
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const MAIN = beside('../../dist/cli/start.cjs')

const WIDTHS = [40, 60, 80, 100, 200]

function normal(path: string, rows: number, columns: number): string {
  const data = new Float32Array(rows * columns)
  new RandomStream(1, path).fillNormal(data)
  writeFileSync(at(path), encodeNpy({ type: '<f4', shape: [rows, columns], data }))
  return at(path)
}

/** What people look at most. */
const commands: string[][] = []

beforeAll(async () => {
  const features = normal('a-file-of-features-with-a-long-name.npy', 40, 8)
  writeFileSync(
    at('same.npy'),
    encodeNpy({ type: '|u1', shape: [20], data: Uint8Array.from({ length: 20 }, (_, i) => i % 2) }),
  )
  const base = sampleReport(['recogniser'], ['lfw'], 600)
  // The same with the numbers of the tenth row, which is worse.
  const others = Array.from({ length: 9 }, (_, i) => `other-${i}`)
  const worse = sampleReport([...others, 'recogniser'], ['lfw'], 600)
  const evaluations = worse.evaluations.filter(({ model }) => model === 'recogniser')
  await writeResults(at('base.json'), base)
  await writeResults(at('new.json'), { ...base, evaluations })
  const images = await writeSmallDataset(at('images'), 2, 2)
  const cache = at('cache')
  mkdirSync(join(cache, 'features'), { recursive: true })
  writeFileSync(join(cache, 'features', 'aa.f32'), 'x')
  const kept = ['--cache', cache]
  commands.push(
    ['verify', '--features', features, '--labels', at('same.npy')],
    ['compare', at('base.json'), at('new.json'), '--all'],
    ['metrics', 'separability', features, '--threshold', '0.3', '--threshold', '0.4', '--quiet'],
    ['metrics', 'fid', features, normal('others.npy', 60, 8), '--kid', '--prdc', '--quiet'],
    ['models', 'list', ...kept],
    ['test-sets', 'list', ...kept],
    ['specs', 'list', ...kept],
    ['cache', 'list', ...kept],
    ['datasets', 'inspect', images, '--quiet'],
    ['datasets', 'recipe'],
    ['run', 'quickstart', '--dry-run', ...kept],
    ['--help'],
    ['verify', '--help'],
    ['compare', '--help'],
    ['generate', 'dataset', '--help'],
  )
})

interface Shown {
  readonly output: string
  readonly code: number
}

/** What a terminal shows, so many bytes at a time. */
function onTerminal(columns: number, bytes: number, pause: number, command: string[], env = {}): Shown {
  const { stdout, stderr } = spawnSync(
    'python3',
    [beside('slow_terminal.py'), String(columns), String(bytes), String(pause), process.execPath, ...command],
    {
      encoding: 'utf8',
      cwd: folder,
      // Node takes CI for a terminal without colours.
      env: { ...process.env, CI: undefined, TERM: 'xterm', NO_COLOR: undefined, ...env },
      maxBuffer: 1 << 28,
    },
  )
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Shown
}

const hasTerminals = pythonHas('pty')

describe.skipIf(!hasTerminals)('on a terminal of 40 to 200 columns', () => {
  it('no line is longer than the terminal is wide, but commands to be copied', () => {
    const asked = JSON.stringify({ widths: WIDTHS, commands })
    const { output, code } = onTerminal(80, 65_536, 0, [beside('at-widths.mjs'), asked])
    expect(code, output).toBe(0)
    const shown = output.replaceAll('\r', '').split('\u001e').slice(1)
    expect(shown).toHaveLength(WIDTHS.length * commands.length)
    for (const text of shown) {
      const [head, ...lines] = text.split('\n')
      const width = Number.parseInt(head, 10)
      expect(lines.join('').length, head).toBeGreaterThan(20)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: bold
      const plain = lines.map((line) => line.replaceAll(/\x1b\[\d+m/g, ''))
      const ours = plain.filter((line) => !/^ *\$ /.test(line) && !isNote(line))
      for (const line of ours) expect(line.length, `${head}\n${line}`).toBeLessThanOrEqual(width)
    }
  })

  it.each([
    ['a long table', ['specs', 'list']],
    ['help', ['generate', 'dataset', '--help']],
  ])('that is slow, nothing is lost: %s', (_, words) => {
    const fast = onTerminal(80, 65_536, 0, [MAIN, ...words])
    const slow = onTerminal(80, 64, 0.002, [MAIN, ...words])
    expect(fast.output.length).toBeGreaterThan(1_000)
    expect(slow).toEqual(fast)
  })

  it('says what could not be compared, and why', async () => {
    const base = sampleReport(['recogniser', 'only-before'], ['lfw'], 600)
    await writeResults(at('two-rows.json'), base)
    const { output, code } = onTerminal(80, 65_536, 0, [
      MAIN,
      'compare',
      at('two-rows.json'),
      at('base.json'),
    ])
    expect(code).toBe(2)
    expect(output).toContain('not compared: only-before on lfw: the new results lack it')
  })

  it('NO_COLOR leaves out what is bold', () => {
    const words = ['compare', at('base.json'), at('new.json')]
    expect(onTerminal(80, 65_536, 0, [MAIN, ...words]).output).toContain('\u001b[1m')
    expect(onTerminal(80, 65_536, 0, [MAIN, ...words], { NO_COLOR: '1' }).output).not.toContain('\u001b')
  })
})

/** A line for the person who waits, on stderr: it is one line, which the terminal breaks. */
function isNote(line: string): boolean {
  return /^(warning|note|missing|paths|not compared|\d+ \S+( \S+)? here)\b/.test(line)
}

describe('in a pipe', () => {
  const shell = (script: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${script}`, 'bash', process.execPath, MAIN], {
      cwd: folder,
      encoding: 'utf8',
    })

  it.each([
    ['specs list', '"$1" "$2" specs list'],
    ['help', '"$1" "$2" generate dataset --help'],
    ['JSON', '"$1" "$2" specs list --json'],
  ])('a reader that has seen enough ends the command without a word: %s', (_, command) => {
    const { status, stdout, stderr } = shell(`${command} | head -1`)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect([status, stderr]).toEqual([0, ''])
  })

  it('a regression is one, however little of it was read', () => {
    expect(shell('"$1" "$2" compare base.json new.json | head -1').status).toBe(1)
  })

  it('there are no colours', () => {
    expect(shell('"$1" "$2" compare base.json new.json').stdout).not.toContain('\u001b')
  })
})

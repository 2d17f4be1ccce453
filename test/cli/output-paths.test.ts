import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { createCacheFolder } from '../../src/bytes/cache-folder.js'
import { createProgram } from '../../src/cli/commands.js'
import { OutputOption, prepareFile, prepareFolder } from '../../src/cli/output-option.js'
import { InputError } from '../../src/errors.js'
import { scratchFolder } from '../scratch.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()
const at = (...names: string[]) => join(folder, ...names)
const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

const features = at('features.npy')
writeFileSync(
  features,
  encodeNpy({ type: '<f4', shape: [4, 3], data: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0]) }),
)
mkdirSync(at('a-folder'))
writeFileSync(at('a-file'), '')

function* commandsOf(command: Command): Generator<Command> {
  yield command
  for (const child of command.commands) yield* commandsOf(child)
}

describe('every command that writes', () => {
  it('names its outputs by options that check the path', async () => {
    const outputs: string[] = []
    for (const command of commandsOf(await createProgram()))
      for (const option of command.options) {
        const writes = /^--(out|labels|chart|sheet|report|markdown|junit|contact-sheet|save-.*)$/.test(
          option.long ?? '',
        )
        if (!writes || option.flags.includes('--labels <file>')) continue
        if (command.name() === 'identities' && option.long === '--labels') continue
        // What the producer made there.
        if (command.name() === 'work') continue
        expect(option, `${command.name()} ${option.flags}`).toBeInstanceOf(OutputOption)
        outputs.push(`${command.name()} ${option.long}`)
      }
    expect(outputs.length).toBeGreaterThan(20)
  })
})

describe('flags that several commands have', () => {
  const SHARED = ['--json', '--quiet', '--provider', '--threads', '--cache']

  it('mean the same in all of them', async () => {
    const meanings = new Map<string, Set<string>>()
    for (const { options } of commandsOf(await createProgram()))
      for (const { long, description } of options)
        if (SHARED.includes(long ?? ''))
          meanings.set(long ?? '', (meanings.get(long ?? '') ?? new Set()).add(description))
    for (const flag of SHARED) expect([...(meanings.get(flag) ?? [])], flag).toHaveLength(1)
  })

  it('no default is told twice, and every command can be quiet and write a file', async () => {
    for (const command of commandsOf(await createProgram())) {
      for (const { flags, description, defaultValue } of command.options)
        if (defaultValue !== undefined)
          expect(description, `${command.name()} ${flags}`).not.toMatch(/default/)
      if (command.commands.length > 0) continue
      const flags = command.options.map(({ long }) => long)
      expect(flags, command.name()).toEqual(expect.arrayContaining(['--quiet', '--out']))
    }
  })

  it('what a command prints as JSON goes into a file instead', () => {
    const [file, both] = [at('doctor.json'), at('both.json')]
    const cache = at('cache')
    expect(cli('doctor', '--cache', cache, '--out', file).stdout).toBe(`${file}\n`)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('providers')
    const { stdout } = cli('doctor', '--cache', cache, '--json', '--out', both)
    expect(stdout).toBe(readFileSync(both, 'utf8'))
  })

  it('every command gives JSON, and those that show progress can be quiet', async () => {
    const leaves = [...commandsOf(await createProgram())].filter(({ commands }) => commands.length === 0)
    for (const command of leaves)
      expect(
        command.options.map(({ long }) => long),
        command.name(),
      ).toContain('--json')
    for (const file of readdirSync('src/cli')) {
      const text = readFileSync(join('src/cli', file), 'utf8')
      if (!/terminalProgress\(/.test(text) || file === 'progress-bar.ts') continue
      expect(text, file).toMatch(/terminalProgress\((\w+\.)?quiet/)
    }
  })
})

describe('an output that can not be, is refused before any work', () => {
  mkdirSync(at('f.npy'))
  symlinkSync('loop.npy', at('loop.npy'))
  it.each([
    [
      'a folder where a file goes',
      at('a-folder'),
      /a-folder: the name has no ending; name one that ends in \.npy/,
    ],
    ['a folder with the ending', at('f.npy'), /f\.npy: is a folder, a file was expected/],
    ['a folder with a slash', `${at('f.npy')}/`, /is a folder, a file was expected/],
    ['a file inside of a file', at('a-file', 'x.npy'), /is not a folder/],
    ['a file below a file', at('a-file', 'b', 'x.npy'), /is not a folder/],
    [
      'an ending of another form',
      at('x.txt'),
      /x\.txt: files that end in '\.txt' are not written here; name one that ends in \.npy/,
    ],
    ['a name that is too long', at(`${'x'.repeat(300)}.npy`), /longer than the system takes/],
    ['a folder whose name is too long', at('x'.repeat(300), 'x.npy'), /longer than the system takes/],
    [
      'a name that leaves no room for a temporary one',
      at(`${'x'.repeat(240)}.npy`),
      /longer than the system takes/,
    ],
    ['a link to itself', at('loop.npy'), /in a circle/],
    ['a place where nobody may write', '/proc/x/x.npy', /^\/proc\/x: /],
  ])('%s', async (_, path, message) => {
    await expect(prepareFile(path, ['.npy'])).rejects.toThrow(message)
    await expect(prepareFile(path, ['.npy'])).rejects.toThrow(InputError)
  })

  it('a device is no file: it would be replaced', async () => {
    await expect(prepareFile('/dev/null')).rejects.toThrow('/dev/null: is a device or a pipe')
  })

  it('a file is no folder', async () => {
    await expect(prepareFolder(at('a-file'))).rejects.toThrow(
      'is a file, a folder was expected; name a folder',
    )
  })

  it('the command says so in one line, and has done nothing', () => {
    const outcome = cli(
      'generate',
      'identities',
      '--count',
      '3',
      '--out',
      at('x.txt'),
      '--save-pca',
      at('pca.npz'),
    )
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    expect(outcome.stderr).toContain("x.txt: files that end in '.txt' are not written here")
    expect(existsSync(at('pca.npz'))).toBe(false)
  })

  it('compare says with 2 that nothing was compared: 1 is a regression', () => {
    expect(cli('compare', 'a.json', 'b.json', '--junit', at('x.txt')).status).toBe(2)
  })
})

it('a folder that is missing is made', () => {
  const { status } = cli('metrics', 'separability', features, '--chart', at('charts', 'deep', 'x.CSV'))
  expect(status).toBe(0)
  expect(readFileSync(at('charts', 'deep', 'x.CSV'), 'utf8')).toMatch(/^file,threshold,n,unique/)
})

it('a limit to the size of files is told as one, and nothing half-written is left', () => {
  const out = at('limited', 'x.npy')
  const command = `ulimit -f 64; exec "${process.execPath}" "${MAIN}" generate identities --count 200 --out "${out}"`
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain(`error: ${out}: larger than a file may be here; raise the limit (ulimit -f)`)
  expect(readdirSync(at('limited'))).toEqual([])
})

it('a limit that is met while threads are at work ends the command with its reason', async () => {
  const grey = { width: 112, height: 112, channels: 3, background: '#808080' } as const
  const image = await sharp({ create: grey }).jpeg().toBuffer()
  mkdirSync(at('grey', 'one'), { recursive: true })
  for (let i = 0; i < 300; i++) writeFileSync(at('grey', 'one', `${i}.jpg`), image)
  const flags = `features images "${at('grey')}" --model models/demo/demo-recogniser-a.yaml --threads 2 --quiet`
  const command = `ulimit -f 64; exec "${process.execPath}" "${MAIN}" ${flags} --out "${at('grey.npy')}"`
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
  expect(stderr).toMatch(/error: .*grey\.npy.*: larger than a file may be here/)
  expect(status).toBe(1)
})

it('a disk that takes no output of the command is an error, a reader that left is none', () => {
  const command = (to: string) =>
    `"${process.execPath}" "${MAIN}" metrics separability "${features}" --json ${to}`
  const full = spawnSync('bash', ['-c', command('> /dev/full')], { encoding: 'utf8' })
  expect(full.stderr).toBe(
    'error: the output: the disk is full; free some room and run the same command again\n',
  )
  expect(full.status).toBe(1)
  const left = spawnSync('bash', ['-c', `${command('')} | true; exit $PIPESTATUS`], { encoding: 'utf8' })
  expect(left.stderr).toBe('')
})

describe('a cache that can not be written', () => {
  it.each([
    ['is a file', at('a-file')],
    ['lies in a file', at('a-file', 'cache')],
    ['lies where nobody may write', '/proc/cache'],
  ])('%s: the message names --cache', async (_, cache) => {
    await expect(createCacheFolder(cache)).rejects.toThrow(
      /^[^\n]*: the cache can't be written \([^\n]*\); choose another folder with --cache, or make it one that you can write to$/,
    )
  })

  it('stops a run with one line', () => {
    const flags = ['--cache', at('a-file'), '--out', at('q.json'), '--quiet']
    const outcome = cli('run', 'benchmarks/quickstart.yaml', ...flags)
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    expect(outcome.stderr).toContain('choose another folder with --cache')
  })
})

it('names of files reach the terminal as text', () => {
  const name = at('evil\u001b[2Jname\n.npy')
  writeFileSync(name, readFileSync(features))
  const { stdout } = cli('metrics', 'separability', name)
  expect(stdout).toContain('evil\\x1b[2Jname\\n.npy: 4 identities')
  const json = cli('metrics', 'separability', name, '--json').stdout
  expect(JSON.parse(json).file).toBe(name)
  expect(json).not.toContain('\u001b')
  expect(cli('metrics', 'separability', `${name}.none`).stderr).toContain(
    'evil\\x1b[2Jname\\n.npy.none: no such file',
  )
  expect(cli('metrics', `sepa\u001b[2J`).stderr).not.toContain('\u001b')
})

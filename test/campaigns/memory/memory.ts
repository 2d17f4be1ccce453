import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { isFinding } from '../fuzz/outcome.js'
import { FUZZED_READERS } from '../fuzz/readers/list.js'
import { HOOKS } from '../fuzz/watched-process.js'
import { HOSTILE_FILES } from './files/list.js'
import type { HostileFile } from './hostile-file.js'
import type { MeasuredReading } from './measured-reading.js'

const USAGE = `npm run memory -- [reader ..] [--markdown]

Gives readers files of up to 20 MB that were made to fill the memory, each in a process of its own, and says what it took
at most. Ends with 1 where that is over 512 MB, where a file takes over 20 s of computing, or where what it is refused
with is no line with a remedy.

Readers (default: all): ${[...new Set(HOSTILE_FILES.map(({ reader }) => reader))].join(', ')}
--markdown  the table as docs/security.md has it`

const run = promisify(execFile)
const READING = fileURLToPath(new URL('./measured-reading.ts', import.meta.url))
const MEGABYTE = 2 ** 20
const MOST_MEGABYTES = 512
/** of computing; 10 s for 10 MB */
const LONGEST = 20
/** A process that waits for ever is given up; a busy machine may take long. In milliseconds. */
const GIVEN_UP = 3_600_000

interface Row {
  readonly file: HostileFile
  readonly bytes: number
  readonly taken: number
  readonly seconds: number
  readonly outcome: string
  readonly fault: boolean
}

async function measured(file: HostileFile, folder: string): Promise<Row> {
  const reader = FUZZED_READERS.find(({ id }) => id === file.reader)
  if (reader === undefined) throw new Error(`no reader '${file.reader}'`)
  mkdirSync(folder)
  await reader.neighbours?.(folder)
  for (const [name, make] of Object.entries(file.beside ?? {})) writeFileSync(join(folder, name), make())
  const path = join(folder, reader.file)
  const content = await file.make()
  writeFileSync(path, content)
  try {
    const { stdout } = await run(process.execPath, [...HOOKS, READING, reader.id, path], {
      timeout: GIVEN_UP,
    })
    const { outcome, before, peak, seconds }: MeasuredReading = JSON.parse(stdout)
    const taken = (peak - before) / MEGABYTE
    const said = outcome.kind === 'read' ? 'read' : `${outcome.kind}: ${outcome.what.replaceAll(folder, '')}`
    const fault = isFinding(outcome) || taken > MOST_MEGABYTES || seconds > LONGEST
    return { file, bytes: content.length, taken, seconds, outcome: said, fault }
  } catch (error) {
    const outcome = `died: ${String(error).split('\n').slice(0, 2).join(' ')}`
    return { file, bytes: content.length, taken: Number.NaN, seconds: Number.NaN, outcome, fault: true }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function line({ file, bytes, taken, seconds, outcome, fault }: Row, markdown: boolean): string {
  const numbers = [(bytes / 1e6).toFixed(1), taken.toFixed(0), seconds.toFixed(1)]
  if (markdown) return `| ${[file.reader, file.what, ...numbers, outcome.split(':')[0]].join(' | ')} |`
  const cells = [file.reader.padEnd(16), file.what.padEnd(60), ...numbers.map((cell) => cell.padStart(6))]
  return `${cells.join(' ')}  ${fault ? 'TOO MUCH ' : ''}${outcome.slice(0, 140)}`
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { markdown: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  })
  const unknown = positionals.find((id) => !HOSTILE_FILES.some(({ reader }) => reader === id))
  if (values.help === true || unknown !== undefined) {
    console.log(unknown === undefined ? USAGE : `no reader '${unknown}'\n\n${USAGE}`)
    return unknown === undefined ? 0 : 1
  }
  const files = HOSTILE_FILES.filter(({ reader }) => positionals.length === 0 || positionals.includes(reader))
  const head = ['reader', 'the file', 'MB', 'took MB', 's', 'ends']
  console.log(
    values.markdown
      ? `| ${head.join(' | ')} |\n| --- | --- | ---: | ---: | ---: | --- |`
      : [head[0].padEnd(16), head[1].padEnd(60), ...head.slice(2, 5).map((cell) => cell.padStart(6))].join(
          ' ',
        ),
  )
  const folder = mkdtempSync(join(tmpdir(), 'vec2face-bench-memory-'))
  let faults = 0
  try {
    for (const [i, file] of files.entries()) {
      const row = await measured(file, join(folder, String(i)))
      console.log(line(row, values.markdown))
      if (row.fault) faults++
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return faults === 0 ? 0 : 1
}

process.exitCode = await main()

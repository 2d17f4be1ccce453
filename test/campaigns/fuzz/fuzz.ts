import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sha256 } from '../../../src/bytes/hashing.js'
import { wholeNumber } from '../whole-number.js'
import { fuzzReader, type KeptFinding, type ReaderTally } from './campaign.js'
import type { FuzzedReader } from './reader.js'
import { FUZZED_READERS } from './readers/list.js'
import { WatchedProcess } from './watched-process.js'

const USAGE = `npm run fuzz -- [reader ..] [--seconds N | --files N] [--seed N] [--log FILE]

Gives readers damaged files and watches the process that reads them: exceptions, hangs, memory, what is read or
written elsewhere. A finding is shrunk and kept in test/campaigns/fuzz/found, where a test reads it ever after.

Readers (default: all): ${FUZZED_READERS.map(({ id }) => id).join(', ')}
--seconds N   for all readers together (default: 60)
--files N     for all readers together, however long it takes
--seed N      the files are a function of it (default: of the time)
--log FILE    a line of JSON a reader, as it is done`

const FOUND = new URL('./found/', import.meta.url)

function chosen(ids: readonly string[]): readonly FuzzedReader[] {
  const unknown = ids.find((id) => !FUZZED_READERS.some((reader) => reader.id === id))
  if (unknown !== undefined) throw new Error(`no reader '${unknown}'\n\n${USAGE}`)
  return ids.length === 0 ? FUZZED_READERS : FUZZED_READERS.filter(({ id }) => ids.includes(id))
}

function keep({ reader, bytes, kind }: KeptFinding): string {
  const name = `${kind}-${sha256(bytes).slice(0, 8)}`
  mkdirSync(new URL(`${reader}/`, FOUND), { recursive: true })
  writeFileSync(new URL(`${reader}/${name}`, FOUND), bytes)
  return `${reader}/${name}`
}

function show({ id, files, read, refused, findings }: ReaderTally): void {
  const columns = [
    id.padEnd(20),
    ...[files, read, refused, findings.length].map((n) => String(n).padStart(9)),
  ]
  console.log(columns.join(''))
  for (const finding of findings)
    console.log(`  ${finding.kind}: ${finding.what}\n  kept as ${keep(finding)}`)
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      files: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      log: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) {
    console.log(USAGE)
    return 0
  }
  const readers = chosen(positionals)
  const seed = wholeNumber('seed', values.seed)
  const files = values.files === undefined ? Number.POSITIVE_INFINITY : wholeNumber('files', values.files)
  const end =
    performance.now() + (values.files === undefined ? wholeNumber('seconds', values.seconds) * 1000 : 1e12)
  const folder = mkdtempSync(join(tmpdir(), 'vec2face-bench-fuzz-'))
  const process = new WatchedProcess(folder)
  const tallies: ReaderTally[] = []
  console.log(`seed ${seed}\n${'reader'.padEnd(20)}    files     read  refused findings`)
  try {
    for (const [i, reader] of readers.entries()) {
      const share = readers.length - i
      const budget = {
        files: Math.ceil(files / readers.length),
        milliseconds: (end - performance.now()) / share,
      }
      const tally = await fuzzReader(reader, process, budget, seed)
      show(tally)
      if (values.log !== undefined)
        appendFileSync(
          values.log,
          `${JSON.stringify({ ...tally, seed, findings: tally.findings.map(({ kind, what }) => ({ kind, what })) })}\n`,
        )
      tallies.push(tally)
    }
  } finally {
    process.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const total = (count: (tally: ReaderTally) => number) =>
    tallies.reduce((sum, tally) => sum + count(tally), 0)
  const findings = total((tally) => tally.findings.length)
  console.log(
    `${total((tally) => tally.files)} files, ${findings} findings; ${process.replaced} processes replaced`,
  )
  return findings === 0 ? 0 : 1
}

process.exitCode = await main()

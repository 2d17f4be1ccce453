import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, type Outcome } from './outcome.js'
import { FUZZED_READERS } from './readers/list.js'

/** What the process is told to read. */
export interface ReadingOrder {
  readonly reader: string
  readonly bytes: Uint8Array
}

/** What it answers. */
export interface ReadingReport {
  readonly outcome: Outcome
  /** thrown beside the reading: nobody knows what else is still to come */
  readonly stray: boolean
}

/** The folders that neighbours were put into. */
const prepared = new Map<string, Promise<string>>()

async function prepare(id: string): Promise<string> {
  const folder = join(process.argv[2], id)
  mkdirSync(folder, { recursive: true })
  await FUZZED_READERS.find((reader) => reader.id === id)?.neighbours?.(folder)
  return folder
}

async function readOne({ reader: id, bytes }: ReadingOrder): Promise<Outcome> {
  const reader = FUZZED_READERS.find((known) => known.id === id)
  if (reader === undefined) throw new Error(`no reader '${id}'`)
  if (!prepared.has(id)) prepared.set(id, prepare(id))
  const path = join((await prepared.get(id)) as string, reader.file)
  writeFileSync(path, bytes)
  try {
    await reader.read(path)
    return { kind: 'read' }
  } catch (error) {
    return judge(error)
  }
}

// What is thrown beside the reading, in a callback, would end the program.
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error) => {
    process.send?.({ outcome: judge(error), stray: true } satisfies ReadingReport)
  })
process.on('message', (order: ReadingOrder) => {
  void readOne(order).then((outcome) => process.send?.({ outcome, stray: false } satisfies ReadingReport))
})
process.send?.('ready')

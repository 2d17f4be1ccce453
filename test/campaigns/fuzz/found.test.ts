import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../scratch.js'
import { isFinding, judge, type Outcome } from './outcome.js'
import { FUZZED_READERS } from './readers/list.js'

const FOUND = new URL('./found/', import.meta.url)
const scratch = scratchFolder()

/** Files that campaigns found faults with, by reader. */
const kept = readdirSync(FOUND).flatMap((reader) =>
  readdirSync(new URL(`${reader}/`, FOUND)).map((name) => [reader, name] as const),
)

async function outcomeOf(id: string, bytes: Uint8Array): Promise<Outcome> {
  const reader = FUZZED_READERS.find((known) => known.id === id)
  if (reader === undefined) throw new Error(`no reader '${id}'`)
  const folder = await mkdtemp(join(scratch, 'read-'))
  await reader.neighbours?.(folder)
  await writeFile(join(folder, reader.file), bytes)
  return reader.read(join(folder, reader.file)).then(
    () => ({ kind: 'read' }),
    (error: unknown) => judge(error),
  )
}

describe('a file that a campaign found a fault with', () => {
  it.each(kept)('%s: %s is read, or refused in one printable line with a remedy', async (id, name) => {
    const outcome = await outcomeOf(id, readFileSync(new URL(`${id}/${name}`, FOUND)))
    expect(isFinding(outcome) ? outcome.what : outcome.kind).toMatch(/^(read|refused)$/)
  })
})

it.each(FUZZED_READERS.map(({ id }) => id))('what %s is fuzzed with is valid to begin with', async (id) => {
  const seeds = (await FUZZED_READERS.find((reader) => reader.id === id)?.seeds()) ?? []
  expect(seeds.length).toBeGreaterThan(0)
  for (const seed of seeds) expect(await outcomeOf(id, seed)).toEqual({ kind: 'read' })
})

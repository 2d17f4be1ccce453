import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readText, writeDurably } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import { parseJson } from '../json.js'
import { partCount, planDifferences } from './generation-plan.js'
import type { RunFolder } from './run-folder.js'

/** One of `of` shares of a run's parts, counted from 1. */
export interface Shard {
  readonly shard: number
  readonly of: number
}

const SHARDS = 'shards'
const MOST_BYTES = 10_000
const recordSchema = z.strictObject({ shard: z.int().positive(), of: z.int().positive() })

/** Reads `2/8`. @throws InputError unless 1 <= shard <= of */
export function parseShard(text: string, where: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text)
  const shard = Number(match?.[1])
  const of = Number(match?.[2])
  if (match === null || shard < 1 || shard > of) {
    throw new InputError(`'${text}' is no shard`, where, 'write i/n with i from 1 to n, as in 2/8')
  }
  return { shard, of }
}

/** The parts of a shard: every `of`-th one, so that shards take equally long. */
export function shardParts(run: RunFolder, { shard, of }: Shard): number[] {
  return Array.from({ length: partCount(run.plan) }, (_, part) => part).filter(
    (part) => part % of === shard - 1,
  )
}

/** Notes in the run's folder that a shard is done. */
export async function recordShard(run: RunFolder, { shard, of }: Shard): Promise<void> {
  const folder = join(run.path, SHARDS)
  await mkdir(folder, { recursive: true })
  await writeDurably(join(folder, `${shard}-of-${of}.json`), `${JSON.stringify({ shard, of })}\n`)
}

async function recordedShards(run: RunFolder): Promise<Shard[]> {
  const folder = join(run.path, SHARDS)
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
    return await Promise.all(
      names.map(async (name) =>
        recordSchema.parse(parseJson(await readText(join(folder, name), MOST_BYTES))),
      ),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    const known = asInputError(error, folder)
    throw known instanceof InputError ? known : new InputError('a record of a shard can not be read', folder)
  }
}

/**
 * Checks that folders hold shards of one run, none of them twice. @returns the shards that they say are done
 * @throws InputError where a folder holds another run, or a shard is there twice
 */
export async function checkShardFolders([first, ...others]: readonly RunFolder[]): Promise<readonly Shard[]> {
  for (const other of others) {
    const differences = planDifferences(other.plan, first.plan)
    if (differences.length > 0) {
      throw new InputError(
        `this shard is of another run than ${first.path}: ${differences.join('; ')}`,
        other.path,
        'leave it out, or make it again with the same arguments',
      )
    }
  }
  const shards = await Promise.all(
    [first, ...others].map(async (run) => (await recordedShards(run)).map((shard) => ({ ...shard, run }))),
  )
  checkShards(shards.flat())
  return shards.flat()
}

/**
 * Where each part of a run lies, put together from the folders of its shards.
 * @returns path of part 0, 1, ..
 * @throws InputError where a folder holds another run, a shard is missing or there twice
 */
export async function gatherParts(folders: readonly RunFolder[]): Promise<string[]> {
  const [first] = folders
  const shards = await checkShardFolders(folders)
  const owners = new Map<number, RunFolder>()
  for (const run of folders) {
    for (const part of await run.doneParts()) {
      const owner = owners.get(part)
      if (owner !== undefined) {
        throw new InputError(
          `part ${part} is in ${owner.path} too: a shard is there twice`,
          run.path,
          'leave one of the two folders out',
        )
      }
      owners.set(part, run)
    }
  }
  const missing = Array.from({ length: partCount(first.plan) }, (_, part) => part).filter(
    (part) => !owners.has(part),
  )
  if (missing.length > 0) throw missingParts(first, missing, shards[0]?.of)
  return Array.from(owners)
    .sort(([a], [b]) => a - b)
    .map(([part, run]) => run.partPath(part))
}

/** @throws InputError where two shards are the same, or are shares of different numbers */
function checkShards(shards: readonly (Shard & { run: RunFolder })[]): void {
  for (const [i, { shard, of, run }] of shards.entries()) {
    const other = shards.slice(0, i).find((earlier) => earlier.shard === shard || earlier.of !== of)
    if (other === undefined) continue
    throw new InputError(
      other.of !== of
        ? `shard ${shard}/${of} does not go with shard ${other.shard}/${other.of} in ${other.run.path}`
        : `shard ${shard}/${of} is in ${other.run.path} too`,
      run.path,
      'leave one of them out',
    )
  }
}

function missingParts(run: RunFolder, missing: readonly number[], of: number | undefined): InputError {
  const list = missing.length > 10 ? `${missing.slice(0, 10).join(', ')} ..` : missing.join(', ')
  const parts = `${missing.length} of ${partCount(run.plan)} parts are missing (${list})`
  if (of === undefined) return new InputError(parts, run.path, 'run the command that makes them again')
  const shards = [...new Set(missing.map((part) => (part % of) + 1))].sort((a, b) => a - b)
  const names = shards.map((shard) => `${shard}/${of}`).join(', ')
  return new InputError(
    `shard${shards.length > 1 ? 's' : ''} ${names} ${shards.length > 1 ? 'are' : 'is'} missing or not complete: ${parts}`,
    run.path,
    `run 'generate dataset --shard ${shards[0]}/${of}' with the same arguments, and name its folder here`,
  )
}

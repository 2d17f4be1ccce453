import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { exists, readText } from '../../bytes/files.js'
import { asInputError, InputError } from '../../errors.js'
import { parseJson } from '../../json.js'

/** A part of a pipeline in diffusers' layout: a folder with `config.json` and weights. */
export interface PipelinePart {
  readonly folder: string
  readonly config: unknown
  /** the weights' file */
  readonly weights: string
}

/** Names that diffusers and transformers give to weights, the first that is there. Single precision comes before half. */
const WEIGHTS = [
  'diffusion_pytorch_model.safetensors',
  'model.safetensors',
  'diffusion_pytorch_model.bin',
  'pytorch_model.bin',
  'diffusion_pytorch_model.fp16.safetensors',
  'model.fp16.safetensors',
  'diffusion_pytorch_model.fp16.bin',
  'pytorch_model.fp16.bin',
]

/**
 * Finds a part by the names that its folder may have.
 * @param what what messages call it @param remedy where it comes from
 * @throws InputError where none of them is there, or one lacks a file
 */
export async function findPart(
  roots: readonly string[],
  names: readonly string[],
  what: string,
  remedy: string,
): Promise<PipelinePart> {
  const places = roots.flatMap((root) => names.map((name) => join(root, name)))
  for (const folder of places) if (await exists(join(folder, 'config.json'))) return readPart(folder, what)
  const half = await firstThere(places)
  throw new InputError(
    half === undefined ? `${what} is missing` : `${what} has no config.json`,
    half ?? places[0],
    remedy,
  )
}

/** @throws InputError where a file of it is missing or is no JSON */
export async function readPart(folder: string, what: string): Promise<PipelinePart> {
  const path = join(folder, 'config.json')
  const config = parseJson(await readText(path))
  if (typeof config !== 'object' || config === null) {
    throw new InputError('is no configuration', path, 'download it again')
  }
  for (const name of WEIGHTS)
    if (await exists(join(folder, name))) return { folder, config, weights: join(folder, name) }
  throw new InputError(
    `${what} has no weights: ${(await namesIn(folder)).join(', ')}`,
    folder,
    `download ${WEIGHTS[0]} or ${WEIGHTS[3]} into it`,
  )
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await exists(path)) return path
  return undefined
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort().slice(0, 8)
  } catch (error) {
    throw asInputError(error, folder)
  }
}

/** @throws InputError that names the first key whose value this program's networks don't follow */
export function parseConfig<T>({ folder, config }: PipelinePart, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(config)
  if (parsed.success) return parsed.data
  const [{ path, message }] = parsed.error.issues
  const key = path.join('.')
  const value = JSON.stringify(path.reduce<unknown>((at, step) => Object(at)[step], config))
  throw new InputError(
    `'${key}' is ${value}, which isn't followed here (${message.charAt(0).toLowerCase()}${message.slice(1)})`,
    join(folder, 'config.json'),
    "name a network of Stable Diffusion 1's kind",
  )
}

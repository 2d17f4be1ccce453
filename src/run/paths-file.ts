import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors.js'
import { PROVIDERS, type Provider } from '../onnx/providers.js'
import { readYaml } from '../yaml-file.js'
import type { Sources } from './sources.js'
import { outsideTrainerSchema } from './trainers/outside-spec.js'

/** whether the licence lets images be shown in results: before the catalogue, `--faces` and the default */
const faces = z.boolean().optional()

const testSetPath = z.union([
  z.string().min(1),
  z.strictObject({
    path: z.string().min(1),
    /** the folder of images that a list of pairs speaks of */
    images: z.string().min(1).optional(),
    faces,
  }),
])

const datasetPath = z.union([
  z.string().min(1),
  z.strictObject({
    path: z.string().min(1),
    /** leave out images that don't decode; they are counted and named in the notes */
    skipUnreadable: z.boolean().optional(),
    /** of a WebDataset whose samples hold several images: the field to take */
    imageField: z.string().min(1).optional(),
    faces,
  }),
])

const provider = z.enum(PROVIDERS).optional()

/** Where a user's own models and data lie; paths are relative to the file. */
export const pathsSchema = z.strictObject({
  /** where networks run, if neither a flag nor the environment says so */
  provider,
  models: z.record(z.string(), z.string().min(1)).default({}),
  testSets: z.record(z.string(), testSetPath).default({}),
  datasets: z.record(z.string(), datasetPath).default({}),
  /** programs that train recognisers */
  trainers: z.record(z.string(), outsideTrainerSchema).default({}),
})

const KEYS = { model: 'models', 'test set': 'testSets', dataset: 'datasets' } as const

async function requireFile(path: string, key: string, file: string): Promise<string> {
  await stat(path).catch((error: unknown) => {
    throw new InputError(`'${key}' is not there: ${path}`, file, 'correct the path, or remove the key', {
      cause: error,
    })
  })
  return path
}

/**
 * The provider that a paths file names. Nothing else of it is looked at: a command that takes no models from it has nothing
 * to say about them.
 * @throws InputError where the file is no YAML, or the provider is unknown
 */
export async function providerIn(file: string): Promise<Provider | undefined> {
  return (await readYaml(file, z.looseObject({ provider }))).provider
}

/** What a paths file supplies. @throws InputError (on use) where a path leads nowhere */
export async function readPathsFile(file: string): Promise<Sources> {
  const paths = await readYaml(file, pathsSchema)
  const at = (path: string): string => resolve(dirname(file), path)
  return {
    async model(id) {
      const path = paths.models[id]
      return path === undefined ? undefined : requireFile(at(path), `models.${id}`, file)
    },
    async testSet(id) {
      const entry = paths.testSets[id]
      if (entry === undefined) return undefined
      const { path, images, faces }: Exclude<typeof entry, string> =
        typeof entry === 'string' ? { path: entry } : entry
      return {
        path: await requireFile(at(path), `testSets.${id}`, file),
        ...(images !== undefined && { images: await requireFile(at(images), `testSets.${id}`, file) }),
        demo: false,
        ...(faces !== undefined && { faces }),
      }
    },
    async dataset(id) {
      const entry = paths.datasets[id]
      if (entry === undefined) return undefined
      const { path, faces, ...reading }: Exclude<typeof entry, string> =
        typeof entry === 'string' ? { path: entry } : entry
      return {
        path: await requireFile(at(path), `datasets.${id}`, file),
        demo: false,
        reading,
        ...(faces !== undefined && { faces }),
      }
    },
    async trainer(id) {
      const spec = paths.trainers[id]
      return spec && { id, spec, base: dirname(file) }
    },
    ids: (kind) => Object.keys(paths[KEYS[kind]]),
  }
}

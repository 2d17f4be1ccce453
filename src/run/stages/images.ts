import { join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../../bytes/cache-folder.js'
import { alignCountsText } from '../../generate/align/align-counts.js'
import { countsText } from '../../generate/attrop/outcome-counts.js'
import { generateDataset } from '../../generate/generate-dataset.js'
import type { Manifest } from '../../generate/manifest.js'
import type { Model } from '../../models/model.js'
import type { Provider } from '../../models/session.js'
import type { Progress } from '../../progress.js'
import { alignRequestOf } from '../align-spec.js'
import { requestOf } from '../attrop-spec.js'
import { type GenerateSpec, networkIdsOf } from '../dataset-spec.js'
import { keyOf, type Stage } from './stage.js'
import type { Vectors } from './vectors.js'

const schema = z.strictObject({
  /** folder of the run in the cache: manifest and LMDB */
  path: z.string(),
  identities: z.int(),
  images: z.int(),
  /** SHA-256 of the content */
  fingerprint: z.string(),
  demo: z.boolean(),
  /** the plan */
  recipe: z.json(),
  notes: z.array(z.string()),
})
export type MadeImages = z.infer<typeof schema>

export interface ImageInputs {
  readonly title: string
  readonly seed: number
  readonly generator: Model
  /** a network that the generator is helped by, by its id */
  network(id: string): Model
}

/** Where a dataset is made. */
export interface GenerationOptions {
  readonly cacheFolder: string
  readonly threads: number
  readonly provider: Provider
  readonly progress: Progress
}

/** The images of a dataset, with AttrOP where it is asked for. A run that was killed goes on. */
export function imagesStage(
  spec: GenerateSpec,
  vectors: Stage<Vectors>,
  { title, seed, generator, network }: ImageInputs,
  options: GenerationOptions,
): Stage<MadeImages> {
  const { attrop, align, images, sigma } = spec
  const { provider } = options
  const networks = networkIdsOf(spec).map((id) => network(id).sha256)
  const recipe = [recipeOf(generator), images, sigma, seed, provider, attrop ?? null, align ?? null, networks]
  const key = keyOf('generate', recipe, [vectors])
  const folder = join('datasets', key.slice(0, 16))
  const steps = attrop === undefined ? '' : ` with ${attrop.steps} steps of AttrOP`
  return {
    ...{ kind: 'generate', title, key, schema, needs: [vectors] },
    work: { units: spec.identities * images, unit: 'images', like: `${generator.descriptor.name}${steps}` },
    async make(take) {
      const { path: file } = await take(vectors)
      const path = join(options.cacheFolder, folder)
      await createCacheFolder(path)
      const manifest = await generateDataset(
        {
          generator: generator.path,
          identities: join(options.cacheFolder, file),
          imagesPerIdentity: images,
          sigmas: Object.entries(sigma).map(([value, share]) => ({ sigma: Number(value), share })),
          seed,
          provider,
          ...(attrop && { attrop: requestOf(attrop, (id) => network(id).path) }),
          ...(align && { align: alignRequestOf(align, (id) => network(id).path) }),
        },
        path,
        { ...options, formats: ['lmdb'] },
      )
      const files = [folder, ...manifest.outputs.map((output) => join(folder, output.path))]
      return { outcome: outcomeOf(folder, manifest), files }
    },
  }
}

/** What of a generator decides its images: its file, and how its descriptor says that it is used. */
function recipeOf({ descriptor, sha256 }: Model): unknown {
  if (descriptor.role !== 'generator') return [sha256]
  const { input, output, diffusion } = descriptor
  return [sha256, input, output, diffusion ?? null]
}

function outcomeOf(path: string, manifest: Manifest): MadeImages {
  const { identities, images, content, demo, plan, attrop, align } = manifest
  const notes = [attrop && countsText(attrop), align && alignCountsText(align)]
  return {
    ...{ path, identities, images, demo, fingerprint: content.sha256 },
    recipe: JSON.parse(JSON.stringify(plan)),
    notes: notes.filter((text) => text !== undefined).map((text) => `${text}.`),
  }
}

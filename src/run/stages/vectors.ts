import { join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../../bytes/cache-folder.js'
import { readFeatures } from '../../features/feature-file.js'
import { drawnCandidates, writeIdentityVectors } from '../../generate/identity-vectors.js'
import { fitPrincipalComponents } from '../../generate/principal-components.js'
import type { Progress } from '../../progress.js'
import type { GenerateSpec } from '../dataset-spec.js'
import { keyOf, type Stage } from './stage.js'

const schema = z.strictObject({
  /** `.npy` of the vectors, in the cache */
  path: z.string(),
  count: z.int(),
  rejected: z.int(),
  averageSimilarity: z.number(),
})
export type Vectors = z.infer<typeof schema>

/** No two vectors are more similar, where a spec doesn't say: as in the authors' code. */
const MAX_SIMILARITY = 0.3

export interface VectorInputs {
  readonly title: string
  readonly seed: number
  /** `.npy` of what they are drawn like */
  readonly features: { readonly path: string; readonly sha256: string }
}

/** Identity vectors, drawn like identity features. Cells that ask for the same vectors share them. */
export function vectorsStage(
  spec: GenerateSpec,
  { title, features, seed }: VectorInputs,
  { cacheFolder, progress }: { readonly cacheFolder: string; readonly progress: Progress },
): Stage<Vectors> {
  const { identities: count, averageSimilarity } = spec
  const limits =
    averageSimilarity === undefined
      ? { maxSimilarity: spec.maxSimilarity ?? MAX_SIMILARITY }
      : { averageSimilarity }
  const key = keyOf('vectors', [features.sha256, count, limits, seed], [])
  const file = join('vectors', `${key.slice(0, 16)}.npy`)
  const path = join(cacheFolder, file)
  return {
    ...{ kind: 'vectors', title, key, schema, needs: [] },
    // The constraint compares each vector with all that were kept.
    work: {
      units: count,
      unit: 'vectors',
      like: `${Object.keys(limits)[0]} at ${10 ** Math.round(Math.log10(count))}`,
    },
    async make() {
      await createCacheFolder(join(cacheFolder, 'vectors'))
      const fitted = await fitPrincipalComponents(await readFeatures(features.path), features.path)
      const { rejected, averageSimilarity } = await writeIdentityVectors(
        drawnCandidates(fitted, seed),
        path,
        {
          ...{ count, width: fitted.width, progress },
          ...limits,
        },
      )
      return { outcome: { path: file, count, rejected, averageSimilarity }, files: [file] }
    },
  }
}

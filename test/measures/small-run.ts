import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FeatureCache } from '../../src/features/cache.js'
import { silent } from '../../src/progress.js'
import type { Results } from '../../src/results/schema.js'
import { demoWorld } from '../../src/run/demo-sources.js'
import { pathsSource } from './paths-source.js'

/** Twelve demo identities of four images, measured as a spec says; the cache lies in the folder. */
export async function runSmallSpec(folder: string, measure: string, references = {}): Promise<Results> {
  const path = join(folder, 'small.yaml')
  const spec = `name: small
title: Small
seed: 3
datasets:
  - id: small
    name: the small one
    generate: { generator: demo-generator, identityFeatures: demo-identity-features, identities: 12, images: 4 }
    measure:
      ${measure.replaceAll('\n', '\n      ')}
`
  await writeFile(path, spec)
  // Loaded when it is asked for: a test may have added a measurement before.
  const { loadSpec } = await import('../../src/run/spec.js')
  const { runSpec } = await import('../../src/run/run-spec.js')
  const { firstOf } = await import('../../src/run/sources.js')
  const cacheFolder = join(folder, 'cache')
  return runSpec(await loadSpec(path), {
    sources: firstOf([pathsSource(references), demoWorld]),
    session: { provider: 'cpu', threads: 1 },
    cacheFolder,
    cache: new FeatureCache(join(cacheFolder, 'features')),
    progress: silent,
    command: [],
    log: () => {},
  })
}

import { join } from 'node:path'
import { demoFile, demoModels, realLikeFolder } from '../demo/demo-files.js'
import { DEMO_TEST_SETS, makeDemoTestSet } from '../demo/index.js'
import type { Sources } from './sources.js'

/**
 * The built-in default: what the demo world supplies, by ids that begin with `demo-`. Test sets and images are drawn on
 * first use; networks and identity features come with the program.
 */
export const demoWorld: Sources = {
  async model(id) {
    // The descriptor knows the network's hash, also where the network is missing.
    return id.startsWith('demo-') ? demoFile(`${id}.yaml`) : undefined
  },
  async testSet(id, { cacheFolder, progress, pairsPerFold, lookOnly }) {
    const name = DEMO_TEST_SETS.find((known) => known === id)
    if (name === undefined) return undefined
    if (lookOnly) return { path: '', demo: true }
    const path = await makeDemoTestSet(name, {
      cacheFolder: join(cacheFolder, 'demo'),
      pairsPerFold,
      progress,
    })
    return { path, demo: true }
  },
  async dataset(id, { cacheFolder, lookOnly }) {
    if (id === 'demo-identity-features') {
      const path = demoFile(`${id}.npy`)
      return path === undefined ? undefined : { path, demo: true }
    }
    if (id !== 'demo-real') return undefined
    return { path: lookOnly ? '' : await realLikeFolder(cacheFolder), demo: true }
  },
  ids(kind) {
    if (kind === 'test set') return [...DEMO_TEST_SETS]
    if (kind === 'dataset') return ['demo-real', 'demo-identity-features']
    return demoModels()
  },
}

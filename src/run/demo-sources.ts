import { join } from 'node:path'
import { demoFile, demoModels } from '../demo/demo-files.js'
import { DRAWN_FOLDERS, drawnFolder, folderToDraw } from '../demo/drawn-folders.js'
import { DEMO_TEST_SETS, imagesToDraw, makeDemoTestSet } from '../demo/index.js'
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
    const asked = { cacheFolder: join(cacheFolder, 'demo'), pairsPerFold }
    if (lookOnly) return { path: '', demo: true, toDraw: await imagesToDraw(name, asked) }
    return { path: await makeDemoTestSet(name, { ...asked, progress }), demo: true }
  },
  async dataset(id, { cacheFolder, progress, lookOnly }) {
    if (id === 'demo-identity-features') {
      const path = demoFile(`${id}.npy`)
      return path === undefined ? undefined : { path, demo: true }
    }
    const toDraw = lookOnly ? await folderToDraw(id, cacheFolder) : 0
    if (toDraw) return { path: '', demo: true, toDraw }
    const path = await drawnFolder(id, cacheFolder, progress)
    return path === undefined ? undefined : { path, demo: true }
  },
  ids(kind) {
    if (kind === 'test set') return [...DEMO_TEST_SETS]
    if (kind === 'dataset') return [...DRAWN_FOLDERS, 'demo-identity-features']
    return demoModels()
  },
}

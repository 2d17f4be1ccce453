import { join } from 'node:path'
import { writeDemoPhotographs } from '../../../../src/demo/write-photographs.js'
import { contentOf } from '../../../generate/generation-inputs.js'
import type { KilledStage } from '../stage.js'

/** Crops of 40 rendered photographs, by their true landmarks. */
export const align: KilledStage = {
  id: 'align',
  async prepare(folder) {
    const photographs = join(folder, 'photographs')
    await writeDemoPhotographs(photographs, { people: 20, imagesEach: 2, seed: 3 })
    const from = ['datasets', 'align', join(photographs, 'images')]
    const flags = ['--landmarks', join(photographs, 'landmarks.csv'), '--threads', '2', '--quiet']
    return {
      commands: (out) => [{ args: [...from, ...flags, '--out', out] }],
      result: contentOf,
    }
  },
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeNpy } from '../../arrays/npy.js'
import { generateDataset } from '../../generate/generate-dataset.js'
import { planGeneration } from '../../generate/generation-plan.js'
import { lanesOf } from '../../generate/part-pool.js'
import { PAPER_SIGMA_MIX } from '../../generate/sigma-mix.js'
import { loadModel, requireRole } from '../../models/model.js'
import { RandomStream } from '../../random/philox.js'
import { BareNetwork } from '../bare-network.js'
import { steadyRate } from '../rate.js'
import type { BenchStage } from '../stage.js'

const SEED = 1
const PER_IDENTITY = 50
/** Parts for each lane: the last one then keeps nobody waiting long. */
const PARTS_A_LANE = 4

/** Whole batches, about so many images: a part fills its last batch up, and what fills it would be time for nothing. */
function imagesAnIdentity(batch: number, wanted: number): number {
  const most = Math.max(1, Math.floor(PER_IDENTITY / batch))
  return batch * Math.min(most, Math.max(1, Math.floor(wanted / batch)))
}

/** `generate dataset`: vectors, the network, JPEG, RecordIO. */
export const generation: BenchStage = {
  id: 'generation',
  unit: 'images',
  role: 'generator',
  gpus: 'together',
  async open({ models, provider, devices, threads, batch: asked, folder }) {
    const gpus = devices && { devices }
    const model = requireRole(await loadModel(models.generator), 'generator')
    const width = model.descriptor.input.size
    const batch = planGeneration(model, {
      seed: SEED,
      identities: { count: 1, width, sha256: '0'.repeat(64) },
      imagesPerIdentity: 1,
      sigmas: PAPER_SIGMA_MIX,
      provider,
      ...(asked !== undefined && { batch: asked }),
    }).batch
    const bare = await BareNetwork.open(model, { provider, ...gpus, threads, batch })
    let runs = 0
    return {
      bare: (seconds) => bare.run(seconds),
      async run(units) {
        const parts = PARTS_A_LANE * lanesOf(provider, { threads, devices: devices ?? [undefined] })
        const perIdentity = imagesAnIdentity(batch, units / parts)
        const count = Math.max(threads, Math.round(units / perIdentity))
        const identities = join(folder, `vectors-${runs}.npy`)
        const data = new Float32Array(count * width)
        new RandomStream(SEED, 'bench vectors').fillNormal(data)
        await writeFile(identities, encodeNpy({ type: '<f4', shape: [count, width], data }))
        const request = {
          ...{ generator: models.generator, identities, imagesPerIdentity: perIdentity, seed: SEED },
          ...{ sigmas: PAPER_SIGMA_MIX, provider, batch },
          partIdentities: Math.max(1, Math.floor(count / parts)),
        }
        const out = join(folder, `generated-${runs++}`)
        return steadyRate(count * perIdentity, (progress) =>
          generateDataset(request, out, { formats: ['recordio'], threads, ...gpus, progress }),
        )
      },
      close: () => bare.close(),
    }
  },
}

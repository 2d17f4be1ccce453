import { separability as measureSeparability } from '../../metrics/separability.js'
import { BLOCK_ROWS, type FeatureRows, fastestKernel, featureRows, RowIndex } from '../../products/index.js'
import { RandomStream } from '../../random/philox.js'
import { repeated, timed } from '../rate.js'
import type { BenchStage } from '../stage.js'

/** Numbers of a feature of the paper's recognisers. */
const COLUMNS = 512
const MOST_IDENTITIES = 300_000

function madeFeatures(rows: number): FeatureRows {
  const data = new Float32Array(rows * COLUMNS)
  new RandomStream(1, 'bench features').fillNormal(data)
  return featureRows({ rows, columns: COLUMNS, data }, 'made features')
}

/** `metrics separability`, beside the products that it can't do without. It takes all cores. */
export const separability: BenchStage = {
  id: 'separability',
  unit: 'pairs',
  async open() {
    const kernel = await fastestKernel()
    const index = new RowIndex(kernel)
    index.append(madeFeatures(BLOCK_ROWS))
    const [{ left, right }] = index.blocks
    const out = new Uint8Array(BLOCK_ROWS ** 2)
    return {
      bare: (seconds) =>
        timed(async () => {
          const tiles = await repeated(seconds, () => kernel.multiply(left, right, 1 / 255, 0, out))
          return tiles * BLOCK_ROWS ** 2
        }),
      async run(units) {
        const wanted = Math.round(Math.sqrt(2 * units))
        const identities = Math.min(MOST_IDENTITIES, Math.max(BLOCK_ROWS, wanted))
        const features = madeFeatures(identities)
        return timed(async () => {
          await measureSeparability(features, { kernel })
          return (identities * (identities - 1)) / 2
        })
      },
      async close() {},
    }
  },
}

import { readFileSync } from 'node:fs'
import type Papa from 'papaparse'
import { onDemand } from '../../on-demand.js'
import { packageFile } from '../../program.js'
import type { Series } from '../figures/figure.js'

const papa = onDemand<typeof Papa>('papaparse')

/** The similarity from which the paper counts an identity as not separable. */
export const READ_OFF_THRESHOLD = 0.4

const FILE = 'benchmarks/paper/separability-figure.csv'

/** The curves of the paper's figure on identity separability, as they were read off its picture. */
export function paperSeparability(): Series[] {
  const { data } = papa().parse<Record<string, string>>(readFileSync(packageFile(FILE), 'utf8'), {
    header: true,
    skipEmptyLines: true,
    comments: '#',
  })
  return data.map(({ dataset, ...counts }) => ({
    name: `${dataset} (paper, read off)`,
    reference: 'paper',
    points: Object.entries(counts)
      .filter(([, count]) => count !== '')
      .map(([n, count]) => [Number(n), Number(count)] as const),
  }))
}

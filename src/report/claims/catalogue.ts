import { readFileSync } from 'node:fs'
import type Papa from 'papaparse'
import { z } from 'zod'
import { onDemand } from '../../on-demand.js'
import { packageFile } from '../../program.js'

const papa = onDemand<typeof Papa>('papaparse')

const schema = z.array(z.object({ id: z.string(), claim: z.string() }))

/** What the paper claims (Vec2Face, arXiv 2409.02979), in its order. */
export const CLAIMS = schema.parse(
  papa().parse(readFileSync(packageFile('benchmarks/paper/claims.csv'), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data,
)

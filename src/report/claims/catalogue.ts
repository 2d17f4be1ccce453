import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { z } from 'zod'

const schema = z.array(z.object({ id: z.string(), claim: z.string() }))

/** What the paper claims (Vec2Face, arXiv 2409.02979), in its order. */
export const CLAIMS = schema.parse(
  Papa.parse(readFileSync(new URL('../../../benchmarks/paper/claims.csv', import.meta.url), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data,
)

import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { z } from 'zod'
import { packageFile } from '../../program.js'

const schema = z.array(z.object({ id: z.string(), claim: z.string() }))

/** What the paper claims (Vec2Face, arXiv 2409.02979), in its order. */
export const CLAIMS = schema.parse(
  Papa.parse(readFileSync(packageFile('benchmarks/paper/claims.csv'), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data,
)

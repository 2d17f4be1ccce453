import { readFileSync } from 'node:fs'
import type Papa from 'papaparse'
import { z } from 'zod'
import { onDemand } from '../../on-demand.js'
import { packageFile } from '../../program.js'
import type { Table } from '../../results/schema.js'

const papa = onDemand<typeof Papa>('papaparse')

/** Where the authors' own pages disagree about a figure. */
export interface Conflict {
  readonly text: string
  /** id of the claim that depends on it; empty where none does */
  readonly claim: string
}

const schema = z.array(
  z.object({ row: z.string(), columns: z.string(), claim: z.string(), conflict: z.string() }),
)

const CONFLICTS = schema.parse(
  papa().parse(readFileSync(packageFile('benchmarks/paper/conflicts.csv'), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data,
)

/** The disagreements about figures of the paper that a table shows. */
export function conflictsOf(table: Table): Conflict[] {
  const heads = new Set([...table.columns.map(({ name }) => name), ...(table.average ? ['Avg'] : [])])
  const shown = new Set(
    table.rows
      .filter(({ reference, source }) => source === undefined && Object.keys(reference).length > 0)
      .map(({ name }) => name),
  )
  return CONFLICTS.filter(
    ({ row, columns }) => shown.has(row) && columns.split(' ').some((column) => heads.has(column)),
  ).map(({ conflict, claim }) => ({ text: conflict, claim }))
}

/** What a claim's figures in the paper depend on. */
export function conflictsOfClaim(id: string): string[] {
  return CONFLICTS.filter(({ claim }) => claim === id).map(({ conflict }) => conflict)
}

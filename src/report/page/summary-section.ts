import type { ClaimResult } from '../claims/claims.js'
import type { ComparisonTable } from '../comparison-table.js'
import { type Html, html } from '../markup.js'
import type { Merged } from '../merge.js'
import { percent } from '../numbers.js'

/** `1 recogniser`, `9 test sets` */
function counted(n: number, name: string): string {
  return `${n} ${name}${n === 1 ? '' : 's'}`
}

/** The row with the highest measured value of a table's last column, where several rows are measured. */
function leader(table: ComparisonTable): Html | undefined {
  const column = table.heads.length - 1
  const measured = table.rows.flatMap((row) => {
    const value = row.cells[column]?.measured
    return value === undefined ? [] : [{ row, value }]
  })
  if (measured.length < 2) return undefined
  const best = measured.reduce((a, b) => (b.value > a.value ? b : a))
  return html`Highest ${table.heads[column]} of <a href="#table-${table.id}">${table.title}</a>: <strong>${best.row.name}</strong> with ${percent(best.value)} %${best.row.demo ? html` <span class="demo">demo</span>` : html``}, of ${measured.length} measured rows.`
}

/** What a reader who reads nothing else should know. */
export function summarySection(
  merged: Merged,
  tables: readonly ComparisonTable[],
  claims: readonly ClaimResult[],
): Html {
  const { evaluations } = merged
  const models = new Set(evaluations.map(({ evaluation, model }) => model?.sha256 ?? evaluation.model)).size
  const sets = new Set(evaluations.map(({ evaluation }) => evaluation.testSet)).size
  const paperOnly = tables
    .flatMap(({ rows }) => rows.flatMap(({ cells }) => cells))
    .filter(({ measured, paper }) => measured === undefined && paper !== undefined).length
  const count = (verdict: ClaimResult['verdict']): number =>
    claims.filter((claim) => claim.verdict === verdict).length
  const points: (Html | undefined)[] = [
    evaluations.length === 0
      ? undefined
      : html`${counted(models, 'recogniser')} verified on ${counted(sets, 'test set')}: ${evaluations.length} accuracies, each with its interval.`,
    ...tables.map(leader),
    merged.datasets.length === 0
      ? undefined
      : html`${counted(merged.datasets.length, 'dataset')} measured: ${merged.datasets.map(({ id, name }, i) => html`${i === 0 ? '' : ', '}<a href="#dataset-${id}">${name}</a>`)}.`,
    claims.length === 0
      ? undefined
      : html`Of ${claims.length} <a href="#claims">claims</a> ${count('supported')} are supported here, ${count('contradicted')} contradicted, ${count('not apart')} not apart, ${count('not tested')} not tested.`,
    paperOnly === 0
      ? undefined
      : html`${paperOnly} cells of the tables show the paper's figure alone (marked †).`,
    merged.missing.length === 0
      ? undefined
      : html`<a href="#missing">${counted(merged.missing.length, 'source')}</a> that the spec names could not be found.`,
  ]
  return html`<ul>${points.filter((point) => point !== undefined).map((point) => html`<li>${point}</li>`)}</ul>`
}

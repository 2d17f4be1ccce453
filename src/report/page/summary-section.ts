import type { ClaimResult } from '../claims/claims.js'
import type { ComparisonTable } from '../comparison-table.js'
import type { Differences } from '../differences.js'
import { type Html, html } from '../markup.js'
import type { Merged } from '../merge.js'
import { trainingsOf } from '../trainings.js'
import { keyNumbers } from './key-numbers.js'

/** A table with how its rows differ, where two of them can be held against each other. */
export interface JudgedTable {
  readonly table: ComparisonTable
  readonly differences: Differences | undefined
}

/** `1 recogniser`, `9 test sets` */
function counted(n: number, name: string): string {
  return `${n} ${name}${n === 1 ? '' : 's'}`
}

/** What won in a table, by how much, and whether that is more than noise. */
function verdict({ table, differences }: JudgedTable): Html | undefined {
  if (differences === undefined) return undefined
  return html`<a href="#table-${table.id}">${table.title}</a>: <strong>${differences.verdict}</strong>${differences.demo ? html` <span class="demo">demo</span>` : html``}.`
}

/** What a reader who reads nothing else should know. */
export function summarySection(
  merged: Merged,
  judged: readonly JudgedTable[],
  claims: readonly ClaimResult[],
): Html {
  const { evaluations } = merged
  const models = new Set(evaluations.map(({ evaluation, model }) => model?.sha256 ?? evaluation.model)).size
  const sets = new Set(evaluations.map(({ evaluation }) => evaluation.testSet)).size
  const trainings = trainingsOf(merged).length
  const paperOnly = judged
    .flatMap(({ table: { rows } }) => rows.flatMap(({ cells }) => cells))
    .filter(({ measured, paper }) => measured === undefined && paper !== undefined).length
  const count = (verdict: ClaimResult['verdict']): number =>
    claims.filter((claim) => claim.verdict === verdict).length
  const points: (Html | undefined)[] = [
    ...judged.map(verdict),
    evaluations.length === 0
      ? undefined
      : html`${counted(models, 'recogniser')} verified on ${counted(sets, 'test set')}: ${evaluations.length} accuracies, each with its interval.`,
    merged.datasets.length === 0
      ? undefined
      : html`${counted(merged.datasets.length, 'dataset')} measured: ${merged.datasets.map(({ id, name }, i) => html`${i === 0 ? '' : ', '}<a href="#dataset-${id}">${name}</a>`)}.`,
    trainings === 0
      ? undefined
      : html`${counted(trainings, 'network')} trained: <a href="#trainings">what each ended with</a>.`,
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
  return html`<ul>${points.filter((point) => point !== undefined).map((point) => html`<li>${point}</li>`)}</ul>
${keyNumbers(merged.datasets)}`
}

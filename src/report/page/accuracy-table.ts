import type { Cell, ComparisonTable } from '../comparison-table.js'
import { footnotes, markOf } from '../markdown.js'
import { type Html, html } from '../markup.js'
import { percent, signed } from '../numbers.js'

function cell(it: Cell, mark: string): Html {
  const value = it.measured ?? it.paper
  if (value === undefined) return html`<td data-value="" aria-label="not measured"></td>`
  if (it.measured === undefined)
    return html`<td data-value="${value}"><span class="only">${percent(value)}${mark}</span></td>`
  const doubted = it.doubts.length === 0 ? html`` : html`<abbr title="${it.doubts.join(' ')}">?</abbr>`
  const shown = it.best ? html`<strong>${percent(value)}</strong>` : html`${percent(value)}`
  const interval =
    it.low === undefined || it.high === undefined
      ? html``
      : html`<span class="interval">${percent(it.low)} – ${percent(it.high)}</span>`
  const paper =
    it.paper === undefined
      ? html``
      : html`<span class="paper">paper ${percent(it.paper)} (${signed(value - it.paper)})</span>`
  const file = it.file === undefined ? html`` : html`<span class="paper">file ${it.file}</span>`
  return html`<td data-value="${value}">${shown}${doubted}${interval}${paper}${file}</td>`
}

/** A comparison table with its notes. */
export function accuracyTable(table: ComparisonTable): Html {
  return html`<section id="table-${table.id}"><h3 id="title-${table.id}">${table.title}</h3>
<div class="scroll"><table class="sortable${table.heads.length > 7 ? ' wide' : ''}" aria-labelledby="title-${table.id}"><thead><tr><th scope="col">Recogniser</th>${table.labelHeads.map((head) => html`<th scope="col" class="text">${head}</th>`)}${table.heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${table.rows.map(
    (
      row,
    ) => html`<tr><th scope="row">${row.name}${row.demo ? html` <span class="demo">demo</span>` : html``}</th>${row.labels.map((label) => html`<td class="text">${label}</td>`)}${row.cells.map((it) => cell(it, markOf(row)))}</tr>
`,
  )}</tbody></table></div>
${footnotes(table).map((note) => html`<p class="note">${note}</p>`)}</section>`
}

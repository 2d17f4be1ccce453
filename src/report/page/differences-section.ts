import type { Differences } from '../differences.js'
import { type Html, html } from '../markup.js'
import { signed } from '../numbers.js'
import type { PairedDifference } from '../paired-mean.js'

function cell(it: PairedDifference | undefined): Html {
  if (it === undefined) return html`<td data-value="" aria-label="not on the same pairs"></td>`
  const apart = it.low > 0 || it.high < 0
  const shown = apart ? html`<strong>${signed(it.difference)}</strong>` : html`${signed(it.difference)}`
  return html`<td data-value="${it.difference}">${shown}<span class="interval">${signed(it.low)} – ${signed(it.high)}</span></td>`
}

/** The rows of a table minus its best, on the same pairs. */
export function differencesTable({ leader, heads, rows, demo }: Differences): Html {
  return html`<details${rows.length <= 4 ? html` open` : html``}><summary>Differences to ${leader}, pair by pair${demo ? html` <span class="demo">demo</span>` : html``}</summary>
<div class="scroll"><table class="sortable${heads.length > 7 ? ' wide' : ''}" aria-label="Differences to ${leader}"><thead><tr><th scope="col">Minus ${leader}</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ name, cells }) => html`<tr><th scope="row">${name}</th>${cells.map(cell)}</tr>
`,
  )}</tbody></table></div>
<p class="note">Accuracies in points, each pair decided by both; 95 % intervals. Bold: more than noise (the interval leaves out 0).</p></details>`
}

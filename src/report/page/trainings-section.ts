import { type Html, html } from '../markup.js'
import type { Merged } from '../merge.js'
import { trainingsOf, trainingTable } from '../trainings.js'

/** What was trained and what each training ended with; the curves are among the other curves. */
export function trainingsSection(merged: Merged): Html | undefined {
  const [head, ...rows] = trainingTable(merged)
  if (head === undefined) return undefined
  return html`<div class="scroll"><table class="trainings"><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([
      name,
      ...cells
    ]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>
<p class="note">The last point of each <a href="#curves">curve</a>: the mean of the steps since the point before.</p>
<details><summary>How they were trained</summary><dl>${trainingsOf(merged).map(({ name, training }) => html`<dt>${name}</dt><dd>seed ${training.seed}, network <code>${training.network}</code><br><code>${JSON.stringify(training.recipe)}</code></dd>`)}</dl></details>`
}

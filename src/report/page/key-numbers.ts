import { MEASURES } from '../../measures/list.js'
import { metricWords } from '../../measures/metric-words.js'
import type { Metric } from '../../results/metric.js'
import type { DatasetResult } from '../../results/schema.js'
import { type Html, html } from '../markup.js'
import { metricValue } from '../metric-value.js'

/** Whether a metric is one that its measurement wants in the summary. */
function isKey({ family }: Metric): boolean {
  return MEASURES.some(({ gives }) =>
    gives.some(
      (given) =>
        given.key === true &&
        (typeof given.family === 'string' ? given.family === family : given.family.test(family)),
    ),
  )
}

function cell(metric: Metric | undefined): Html {
  if (metric === undefined) return html`<td aria-label="not measured"></td>`
  const { value, spread } = metricValue(metric)
  return html`<td data-value="${metric.value}">${value}${spread === '' ? html`` : html`<span class="interval">${spread}</span>`}</td>`
}

/** The numbers that each dataset is known by: separability, distances to the reference, leakage. Nothing where there are none. */
export function keyNumbers(datasets: readonly DatasetResult[]): Html {
  const names = [
    ...new Set(datasets.flatMap(({ metrics }) => metrics.filter(isKey).map((metric) => metricWords(metric)))),
  ]
  if (names.length === 0) return html``
  const withSome = datasets.filter(({ metrics }) => metrics.some(isKey))
  return html`<div class="scroll"><table class="sortable" id="key-numbers" aria-label="Datasets in numbers"><thead><tr><th scope="col">Dataset</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${withSome.map(
    ({ id, name, demo, metrics }) =>
      html`<tr><th scope="row"><a href="#dataset-${id}">${name}</a>${demo ? html` <span class="demo">demo</span>` : html``}</th>${names.map((wanted) => cell(metrics.find((metric) => metricWords(metric) === wanted)))}</tr>
`,
  )}</tbody></table></div>`
}

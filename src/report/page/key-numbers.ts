import { MEASURES } from '../../measures/list.js'
import { type Metric, metricName } from '../../results/metric.js'
import type { DatasetResult } from '../../results/schema.js'
import { type Html, html } from '../markup.js'
import { showNumber } from '../numbers.js'

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
  const { value, unit, interval, standardError } = metric
  const shown =
    unit === 'share'
      ? `${(100 * value).toFixed(2)} %`
      : `${showNumber(value)}${unit === undefined ? '' : ` ${unit}`}`
  const scale = unit === 'share' ? 100 : 1
  const error =
    interval !== undefined
      ? `${showNumber(scale * interval.low)} – ${showNumber(scale * interval.high)}`
      : standardError === undefined
        ? ''
        : `± ${showNumber(scale * standardError)}`
  return html`<td data-value="${value}">${shown}${error === '' ? html`` : html`<span class="interval">${error}</span>`}</td>`
}

/** The numbers that each dataset is known by: separability, distances to the reference, leakage. Nothing where there are none. */
export function keyNumbers(datasets: readonly DatasetResult[]): Html {
  const names = [
    ...new Set(datasets.flatMap(({ metrics }) => metrics.filter(isKey).map((metric) => metricName(metric)))),
  ]
  if (names.length === 0) return html``
  const withSome = datasets.filter(({ metrics }) => metrics.some(isKey))
  return html`<div class="scroll"><table class="sortable" id="key-numbers" aria-label="Datasets in numbers"><thead><tr><th scope="col">Dataset</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${withSome.map(
    ({ id, name, demo, metrics }) =>
      html`<tr><th scope="row"><a href="#dataset-${id}">${name}</a>${demo ? html` <span class="demo">demo</span>` : html``}</th>${names.map((wanted) => cell(metrics.find((metric) => metricName(metric) === wanted)))}</tr>
`,
  )}</tbody></table></div>`
}

import { type Metric, metricName } from '../../results/metric.js'
import type { DatasetResult } from '../../results/schema.js'
import { type Html, html } from '../markup.js'
import { showNumber } from '../numbers.js'

function spread(metric: Metric): string {
  if (metric.interval !== undefined)
    return `${showNumber(metric.interval.low)} – ${showNumber(metric.interval.high)}`
  return metric.standardError === undefined ? '' : `± ${showNumber(metric.standardError)}`
}

function metricRow(metric: Metric): Html {
  return html`<tr><th scope="row">${metricName(metric)}</th><td>${showNumber(metric.value)}${metric.unit === undefined ? '' : ` ${metric.unit}`}</td><td>${spread(metric)}</td><td>${metric.count === undefined ? '' : showNumber(metric.count)}</td></tr>
`
}

/** A generated or measured dataset: its metrics and its faces. */
export function datasetSection(dataset: DatasetResult): Html {
  return html`<section id="dataset-${dataset.id}"><h3>${dataset.name}${dataset.demo ? html` <span class="demo">demo</span>` : html``}</h3>
<p>${showNumber(dataset.identities)} identities, ${showNumber(dataset.images)} images.</p>
${
  dataset.metrics.length === 0
    ? html``
    : html`<div class="scroll"><table><thead><tr><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">Interval or ± SE</th><th scope="col">Of</th></tr></thead><tbody>${dataset.metrics.map(metricRow)}</tbody></table></div>
<p class="note">± SE: the standard error, where no interval is known.</p>`
}
${dataset.notes.map((note) => html`<p class="note">${note}</p>`)}
${dataset.pictures.map((picture) => html`<figure><img src="data:${picture.type};base64,${picture.data}" alt="${picture.title}" loading="lazy"><figcaption>${picture.title}. ${picture.caption}</figcaption></figure>`)}</section>`
}

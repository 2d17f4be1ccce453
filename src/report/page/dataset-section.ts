import { MEASURES, measureOf } from '../../measures/list.js'
import { familyWords, metricWords } from '../../measures/metric-words.js'
import type { Metric } from '../../results/metric.js'
import type { DatasetResult } from '../../results/schema.js'
import { type Html, html } from '../markup.js'
import { metricValue } from '../metric-value.js'
import { showNumber } from '../numbers.js'
import { pictureElement } from './faces-section.js'

function metricRow(metric: Metric): Html {
  const { value, spread } = metricValue(metric)
  return html`<tr><th scope="row">${metricWords(metric)}</th><td>${value}</td><td>${spread}</td><td>${metric.count === undefined ? '' : showNumber(metric.count)}</td></tr>
`
}

/** The metrics of each measurement under its title, in the measurements' order; what none of them gives comes last. */
function metricGroups(metrics: readonly Metric[]): Html[] {
  const giving = metrics.map(({ family }) => measureOf(family)?.measure)
  return [...MEASURES, undefined].flatMap((measure) => {
    const own = metrics.filter((_, i) => giving[i] === measure)
    if (own.length === 0) return []
    const title = measure?.title ?? 'Other'
    return [
      html`<tbody><tr><th scope="rowgroup" colspan="4" class="group">${title}</th></tr>${own.map(metricRow)}</tbody>`,
    ]
  })
}

/** What the families of these metrics say, one a sentence. */
function meanings(metrics: readonly Metric[]): Html {
  const families = [...new Set(metrics.map(({ family }) => family))]
  const told = families.flatMap((name) => {
    const means = measureOf(name)?.family.means
    return means === undefined ? [] : [`${familyWords(name)}: ${means}`]
  })
  return told.length === 0 ? html`` : html`<p class="note">${told.join('; ')}.</p>`
}

/** A generated or measured dataset: its metrics and its faces. */
export function datasetSection(dataset: DatasetResult): Html {
  return html`<section id="dataset-${dataset.id}"><h3>${dataset.name}${dataset.demo ? html` <span class="demo">demo</span>` : html``}</h3>
<p>${showNumber(dataset.identities)} identities, ${showNumber(dataset.images)} images.</p>
${
  dataset.metrics.length === 0
    ? html``
    : html`<div class="scroll"><table class="metrics" aria-label="Metrics of ${dataset.name}"><thead><tr><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">Interval or ± SE</th><th scope="col">Of</th></tr></thead>${metricGroups(dataset.metrics)}</table></div>
${meanings(dataset.metrics)}
<p class="note">± SE: the standard error, where no interval is known.</p>`
}
${dataset.notes.map((note) => html`<p class="note">${note}</p>`)}
${dataset.pictures.length === 0 ? html`` : html`<details><summary>Faces (${dataset.pictures.length})</summary>${dataset.pictures.map(pictureElement)}</details>`}</section>`
}

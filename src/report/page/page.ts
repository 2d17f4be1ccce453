import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chartConfig } from '../chart-config.js'
import type { ComparisonTable } from '../comparison-table.js'
import type { Figure } from '../figures.js'
import type { Merged } from '../merge.js'
import { accuracyTable } from './accuracy-table.js'
import { BEHAVIOUR } from './behaviour.js'
import { datasetSection } from './dataset-section.js'
import { Html, html, jsonScript } from './html.js'
import { provenanceSection } from './provenance-section.js'
import { STYLE } from './style.js'

/** A figure with its picture, for readers without JavaScript. */
export interface DrawnFigure {
  readonly figure: Figure
  readonly png: Buffer
}

function fontFace(weight: number): string {
  const file = fileURLToPath(
    import.meta.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`),
  )
  const data = readFileSync(file).toString('base64')
  return `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}) format('woff2'); }`
}

function chartLibrary(): string {
  const main = createRequire(import.meta.url).resolve('chart.js')
  const text = readFileSync(join(dirname(main), 'chart.umd.min.js'), 'utf8')
  return text.replace(/\/\/# sourceMappingURL=.*/, '').replace(/<\/script/g, '<\\/script')
}

function figureElement({ figure, png }: DrawnFigure, withPicture: boolean): Html {
  const picture = withPicture
    ? html`<noscript><img src="data:image/png;base64,${png.toString('base64')}" alt="${figure.title}" width="720" height="440"></noscript>`
    : html`<noscript><a href="figures/${figure.id}.png">${figure.title}</a></noscript>`
  return html`<figure><div class="chart"><canvas data-figure="${figure.id}" role="img" aria-label="${figure.title}"></canvas>${picture}</div><figcaption>${figure.caption}</figcaption></figure>
`
}

/** One self-contained page: no request leaves it. The same input gives the same bytes. */
export function renderPage(
  merged: Merged,
  tables: readonly ComparisonTable[],
  drawn: readonly DrawnFigure[],
): string {
  const main = drawn.filter(({ figure }) => figure.shape !== 'area')
  const histograms = drawn.filter(({ figure }) => figure.shape === 'area')
  const configs = Object.fromEntries(drawn.map(({ figure }) => [figure.id, chartConfig(figure)]))
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${merged.title}</title>
<style>${new Html([400, 700].map(fontFace).join('\n') + STYLE)}</style></head><body>
<header><p class="soft">vec2face-bench report${merged.demo ? html` <span class="demo">demo</span>` : html``}</p><h1>${merged.title}</h1>
${merged.description.split('\n\n').map((text) => html`<p>${text}</p>`)}
${merged.demo ? html`<p class="warning">Demo: figures marked so were made with rendered faces and small networks that come with vec2face-bench. They say nothing about real faces.</p>` : html``}
${merged.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}</header>
<main>${tables.length === 0 ? html`` : html`<h2>Accuracies</h2>${tables.map(accuracyTable)}`}
${merged.datasets.length === 0 ? html`` : html`<h2>Datasets</h2>${merged.datasets.map(datasetSection)}`}
${main.length === 0 ? html`` : html`<h2>Curves</h2><div class="figures">${main.map((figure) => figureElement(figure, true))}</div>`}
${histograms.length === 0 ? html`` : html`<details><summary>Similarities of same and different pairs (${histograms.length})</summary><div class="figures">${histograms.map((figure) => figureElement(figure, false))}</div></details>`}
${merged.missing.length === 0 ? html`` : html`<h2>Not measured</h2><p>The spec names these, and they were not there.</p><dl>${merged.missing.map(({ kind, id, howToGet }) => html`<dt>${kind} ${id}</dt><dd>${howToGet}</dd>`)}</dl>`}
<h2>Provenance</h2>${merged.runs.map(provenanceSection)}</main>
${jsonScript('figures', configs)}<script>${new Html(chartLibrary())}</script><script>${new Html(BEHAVIOUR)}</script></body></html>
`
  return page.text
}

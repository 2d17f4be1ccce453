import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainFileName } from '../../bytes/file-name.js'
import { chartConfig } from '../chart-config.js'
import { type Figure, kindsOf } from '../figures/figure.js'
import { Html, html, jsonScript, script } from '../markup.js'
import { BEHAVIOUR } from './behaviour.js'
import { STYLE, STYLE_WITHOUT_SCRIPT } from './style.js'

/** A part of a page, with a place in its navigation. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
}

export interface Document {
  readonly title: string
  /** above the title: what kind of page it is */
  readonly kind: Html
  /** between the title and the first section */
  readonly head: Html
  readonly sections: readonly Section[]
  /** the figures whose canvases are in the sections */
  readonly figures: readonly Figure[]
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

/** One self-contained page: no request leaves it. The same input gives the same bytes. */
export function renderDocument({ title, kind, head, sections, figures }: Document): string {
  const configs = Object.fromEntries(figures.map((figure) => [figure.id, chartConfig(figure)]))
  const scripts = figures.length === 0 ? html`` : script(chartLibrary())
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>${title}</title>
<style>${new Html([400, 700].map(fontFace).join('\n') + STYLE)}</style><noscript><style>${new Html(STYLE_WITHOUT_SCRIPT)}</style></noscript></head><body>
<header><p class="soft">${kind}</p><h1>${title}</h1>
${head}<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a> `)}</nav></header>
<main>${sections.map(
    ({ id, title: name, body }) => html`<section id="${id}"><h2>${name}</h2>
${body}</section>
`,
  )}</main>
${jsonScript('figures', configs)}${scripts}${script(BEHAVIOUR)}</body></html>
`
  return page.text
}

/** Series of a figure that is given more room on small screens and on paper. */
const MANY = 5

/** A figure's canvas, with its picture for readers without JavaScript. */
export function figureElement(figure: Figure, png?: Buffer | undefined): Html {
  const picture =
    png === undefined
      ? html`<noscript>This chart needs JavaScript; it is figures/${plainFileName(figure.id)}.png, too.</noscript>`
      : html`<noscript><img src="data:image/png;base64,${png.toString('base64')}" alt="${figure.title}" width="720" height="440"></noscript>`
  // A legend of many takes the room of the chart where that is small.
  const many = new Set(kindsOf(figure.series)).size > MANY ? html` class="many"` : html``
  return html`<figure id="figure-${figure.id}"${many}><div class="chart"><canvas data-figure="${figure.id}" role="img" aria-label="${figure.title}"></canvas>${picture}</div><figcaption>${figure.caption}</figcaption></figure>
`
}

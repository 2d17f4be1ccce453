import { drawFigures, shrinkPicture } from '../chart-image.js'
import { type Html, html } from '../markup.js'
import { showNumber } from '../numbers.js'
import { figureElement, renderDocument } from '../page/document.js'
import { type TrendRun, trendFigures, trendSeries } from './trend.js'

/** A page over many runs: how every metric went, the numbers, and which run is which. Pure: same runs, same bytes. */
export async function renderTrend(runs: readonly TrendRun[], title: string): Promise<string> {
  const series = trendSeries(runs)
  const figures = trendFigures(series, runs.length)
  const pictures = await Promise.all(drawFigures(figures).map(shrinkPicture))
  const demo = series.some((line) => line.demo)
  const [first, last] = [runs[0], runs[runs.length - 1]]
  const rows = series.map((line): Html => {
    const values = line.points.map(({ value }) => value)
    const latest = line.points[line.points.length - 1]
    const change = latest.value - values[0]
    return html`<tr><th scope="row">${line.metric}${line.unit === '' ? '' : `, ${line.unit}`}</th><td class="text">${line.subject}${line.demo ? html` <span class="demo">demo</span>` : html``}</td><td data-value="${values[0]}">${showNumber(values[0])}</td><td data-value="${latest.value}">${showNumber(latest.value)}${latest.low === undefined || latest.high === undefined ? html`` : html`<span class="interval">${showNumber(latest.low)} – ${showNumber(latest.high)}</span>`}</td><td data-value="${change}">${change > 0 ? '+' : change < 0 ? '−' : ''}${showNumber(Math.abs(change))}</td><td data-value="${Math.min(...values)}">${showNumber(Math.min(...values))} – ${showNumber(Math.max(...values))}</td><td>${line.points.length}</td></tr>
`
  })
  return renderDocument({
    title,
    kind: html`vec2face-bench trend${demo ? html` <span class="demo">demo</span>` : html``}`,
    head: html`<p>${runs.length} runs from ${first.results.provenance.started} to ${last.results.provenance.started}. A difference between two of them is judged by <code>vec2face-bench compare</code>.</p>${demo ? html`<p class="warning">Demo: what is marked so was measured on rendered faces with small networks. It says nothing about real faces.</p>` : html``}`,
    figures,
    sections: [
      {
        id: 'charts',
        title: 'Charts',
        body: html`<div class="figures">${figures.map((figure, i) => figureElement(figure, pictures[i]))}</div>`,
      },
      {
        id: 'numbers',
        title: 'Numbers',
        body: html`<div class="scroll"><table class="sortable" aria-label="Numbers"><thead><tr><th scope="col">Metric</th><th scope="col" class="text">Of</th><th scope="col">First</th><th scope="col">Last</th><th scope="col">Change</th><th scope="col">Range</th><th scope="col">Runs</th></tr></thead><tbody>${rows}</tbody></table></div>`,
      },
      {
        id: 'runs',
        title: 'Runs',
        body: html`<div class="scroll"><table class="sortable" aria-label="Runs"><thead><tr><th scope="col">Run</th><th scope="col" class="text">Started</th><th scope="col" class="text">File</th><th scope="col" class="text">Program</th><th scope="col" class="text">Machine</th></tr></thead><tbody>${runs.map(
          ({ number, path, results: { provenance } }) =>
            html`<tr><th scope="row">${number}</th><td class="text">${provenance.started}</td><td class="text">${path}</td><td class="text">${provenance.program.version}</td><td class="text">${provenance.processor}</td></tr>
`,
        )}</tbody></table></div>`,
      },
    ],
  })
}

import { anyEvidence, type ClaimResult } from '../claims/claims.js'
import type { Figure } from '../figures/figure.js'
import { type Html, html } from '../markup.js'
import type { Merged } from '../merge.js'
import { numberTables } from '../number-tables.js'
import { accuracyTable } from './accuracy-table.js'
import { claimsSection } from './claims-section.js'
import { datasetSection } from './dataset-section.js'
import { differencesTable } from './differences-section.js'
import { figureElement, renderDocument, type Section } from './document.js'
import { facesSection } from './faces-section.js'
import { provenanceSection } from './provenance-section.js'
import { type JudgedTable, summarySection } from './summary-section.js'
import { trainingsSection } from './trainings-section.js'

/** A figure with its picture, for readers without JavaScript. */
export interface DrawnFigure {
  readonly figure: Figure
  readonly png?: Buffer | undefined
}

/** The page of a report: the summary first, provenance at the end. */
export function renderPage(
  merged: Merged,
  judged: readonly JudgedTable[],
  drawn: readonly DrawnFigure[],
  claims: readonly ClaimResult[],
): string {
  const told = anyEvidence(claims) ? claims : []
  const faces = facesSection(merged)
  const trainings = trainingsSection(merged)
  return renderDocument({
    title: merged.title,
    kind: html`vec2face-bench report${merged.demo ? html` <span class="demo">demo</span>` : html``}`,
    head: head(merged),
    figures: drawn.map(({ figure }) => figure),
    sections: [
      section('summary', 'Summary', summarySection(merged, judged, told)),
      judged.length > 0 && section('accuracies', 'Accuracies', html`${judged.map(accuracies)}`),
      told.length > 0 && section('claims', 'Claims', claimsSection(told)),
      merged.datasets.length > 0 &&
        section('datasets', 'Datasets', html`${merged.datasets.map(datasetSection)}`),
      trainings !== undefined && section('trainings', 'Trainings', trainings),
      faces !== undefined && section('faces', 'Faces of errors', faces),
      drawn.length > 0 && section('curves', 'Curves', curves(drawn)),
      merged.missing.length > 0 && section('missing', 'Not measured', missing(merged)),
      section('provenance', 'Provenance', html`${merged.runs.map(provenanceSection)}`),
    ].filter((it) => it !== false),
  })
}

/** A table, how its rows differ, and the other numbers of its evaluations, folded away. */
function accuracies({ table, differences }: JudgedTable): Html {
  const others = numberTables(table)
  return html`${accuracyTable(table)}
${differences === undefined ? html`` : differencesTable(differences)}
${others.map((other) => html`<details><summary>${other.number?.title ?? ''}</summary>${accuracyTable(other)}</details>`)}`
}

function section(id: string, title: string, body: Html): Section {
  return { id, title, body }
}

function head(merged: Merged): Html {
  return html`${merged.description.split('\n\n').map((text) => html`<p>${text}</p>`)}
${merged.demo ? html`<p class="warning">Demo: figures marked so were made with rendered faces and small networks that come with vec2face-bench. They say nothing about real faces.</p>` : html``}
${merged.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}`
}

/** Figures in the open, then each group of small ones folded away. */
function curves(drawn: readonly DrawnFigure[]): Html {
  const open = drawn.filter(({ figure }) => figure.group === undefined)
  const names = new Set(drawn.flatMap(({ figure }) => figure.group ?? []))
  const folded = [...names].map(
    (name) => [name, drawn.filter(({ figure }) => figure.group === name)] as const,
  )
  return html`<div class="figures">${open.map(({ figure, png }) => figureElement(figure, png))}</div>
${folded.map(([name, figures]) => html`<details><summary>${name} (${figures.length})</summary><div class="figures small">${figures.map(({ figure }) => figureElement(figure))}</div></details>`)}`
}

function missing(merged: Merged): Html {
  return html`<p>The spec names these, and they were not there.</p><dl>${merged.missing.map(({ kind, id, howToGet }) => html`<dt>${kind} ${id}</dt><dd>${howToGet}</dd>`)}</dl>`
}

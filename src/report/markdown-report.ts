import { plainFileName } from '../bytes/file-name.js'
import { metricWords } from '../measures/metric-words.js'
import { byEvidence, type ClaimResult } from './claims/claims.js'
import type { Figure } from './figures/figure.js'
import { escapeMarkdown } from './markdown.js'
import type { Merged } from './merge.js'
import { metricValue } from './metric-value.js'
import { showNumber } from './numbers.js'
import { trainingTable } from './trainings.js'

/** The whole report as Markdown, for a repository or a pull request. */
export function reportToMarkdown(
  merged: Merged,
  tables: readonly string[],
  claims: readonly ClaimResult[],
  figures: readonly Figure[],
): string {
  const sections = [
    `# ${escapeMarkdown(merged.title)}${merged.demo ? ' (demo)' : ''}`,
    merged.description.split('\n').map(escapeMarkdown).join('\n'),
    ...merged.warnings.map((warning) => `> **Warning:** ${escapeMarkdown(warning)}`),
    ...tables,
    ...(claims.length === 0 ? [] : [claimsToMarkdown(claims)]),
    ...merged.datasets.map(datasetToMarkdown),
    trainingsToMarkdown(trainingTable(merged)),
    ...figures
      .filter(({ shape }) => shape !== 'area')
      .map(
        ({ id, title }) =>
          `![${escapeMarkdown(title)}](figures/${plainFileName(id).replaceAll(' ', '%20')}.png)`,
      ),
    ...(merged.missing.length === 0
      ? []
      : [
          [
            '## Not measured',
            '',
            ...merged.missing.map(
              ({ kind, id, howToGet }) => `- ${kind} ${escapeMarkdown(id)}: ${escapeMarkdown(howToGet)}`,
            ),
          ].join('\n'),
        ]),
    `## Provenance\n\n${merged.runs
      .map(
        ({ provenance, spec, seed }) =>
          `- ${escapeMarkdown(`${provenance.program.name} ${provenance.program.version}, onnxruntime ${provenance.onnxruntime}, Node ${provenance.node}, ${provenance.processor}; started ${provenance.started}; seed ${seed}; spec sha256`)} \`${spec.sha256}\``,
      )
      .join('\n')}`,
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function datasetToMarkdown({
  name,
  demo,
  identities,
  images,
  metrics,
  notes,
}: Merged['datasets'][number]): string {
  const rows = metrics.map(
    (metric) => `| ${escapeMarkdown(metricWords(metric))} | ${escapeMarkdown(metricValue(metric).value)} |`,
  )
  return [
    `### ${escapeMarkdown(name)}${demo ? ' (demo)' : ''}`,
    '',
    `${showNumber(identities)} identities, ${showNumber(images)} images.`,
    ...(rows.length === 0 ? [] : ['', '| metric | value |', '| --- | ---: |', ...rows]),
    ...notes.map((note) => `\n${escapeMarkdown(note)}`),
  ].join('\n')
}

function claimsToMarkdown(claims: readonly ClaimResult[]): string {
  const { told, untold } = byEvidence(claims)
  const folded = ['', '<details><summary>', `Not tested here (${untold.length})`, '</summary>', '']
  return [
    '## Claims',
    '',
    ...(told.length === 0 ? [] : claimRows(told)),
    ...(untold.length === 0 ? [] : [...folded, ...claimRows(untold), '', '</details>']),
  ].join('\n')
}

const claimRows = (claims: readonly ClaimResult[]): string[] => [
  '| claim | here | evidence |',
  '| --- | --- | --- |',
  ...claims.map(({ claim, verdict, evidence, open, demo }) => {
    const lines = [...evidence, ...(open === '' ? [] : [open])].map(escapeMarkdown).join('<br>')
    return `| ${escapeMarkdown(claim)} | **${verdict}**${demo ? ' (demo)' : ''} | ${lines} |`
  }),
]

function trainingsToMarkdown([head, ...rows]: readonly (readonly string[])[]): string {
  if (head === undefined) return ''
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  const numbers = head.map((_, i) => (i < 2 ? '---' : '---:'))
  return ['## Trainings', '', line(head), `| ${numbers.join(' | ')} |`, ...rows.map(line)].join('\n')
}

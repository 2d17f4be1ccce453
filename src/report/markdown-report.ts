import type { Figure } from './figures.js'
import type { Merged } from './merge.js'
import { showNumber } from './page/dataset-section.js'

/** The whole report as Markdown, for a repository or a pull request. */
export function reportToMarkdown(
  merged: Merged,
  tables: readonly string[],
  figures: readonly Figure[],
): string {
  const sections = [
    `# ${merged.title}${merged.demo ? ' (demo)' : ''}`,
    merged.description,
    ...merged.warnings.map((warning) => `> **Warning:** ${warning}`),
    ...tables,
    ...merged.datasets.map((dataset) =>
      [
        `### ${dataset.name}${dataset.demo ? ' (demo)' : ''}`,
        '',
        `${showNumber(dataset.identities)} identities, ${showNumber(dataset.images)} images.`,
        '',
        '| metric | value |',
        '| --- | ---: |',
        ...dataset.metrics.map(
          ({ name, value, unit }) => `| ${name} | ${showNumber(value)}${unit ? ` ${unit}` : ''} |`,
        ),
        ...dataset.notes.map((note) => `\n${note}`),
      ].join('\n'),
    ),
    ...figures
      .filter(({ shape }) => shape !== 'area')
      .map(({ id, title }) => `![${title}](figures/${id}.png)`),
    ...(merged.missing.length === 0
      ? []
      : [
          [
            '## Not measured',
            '',
            ...merged.missing.map(({ kind, id, howToGet }) => `- ${kind} \`${id}\`: ${howToGet}`),
          ].join('\n'),
        ]),
    `## Provenance\n\n${merged.runs
      .map(
        ({ provenance, spec, seed }) =>
          `- ${provenance.program.name} ${provenance.program.version}, onnxruntime ${provenance.onnxruntime}, Node ${provenance.node}, ${provenance.processor}; started ${provenance.started}; seed ${seed}; spec sha256 \`${spec.sha256}\``,
      )
      .join('\n')}`,
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

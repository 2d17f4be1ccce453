import type { RunComparison } from '../../compare/compare-runs.js'
import { wordMetric } from './wording.js'

function escapeMessage(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}

/** GitHub's workflow commands: an error for each regression and each thing not compared, a warning for watched losses. */
export function githubAnnotations(comparison: RunComparison): string[] {
  const command = (level: 'error' | 'warning', title: string, message: string): string =>
    `::${level} title=${escapeProperty(title)}::${escapeMessage(message)}`
  return [
    ...comparison.metrics
      .filter(({ verdict }) => verdict === 'worse')
      .map((metric) => {
        const { name, base, next, difference, interval, p } = wordMetric(metric)
        return command(
          metric.regression ? 'error' : 'warning',
          `${metric.regression ? 'Regression' : 'Worse'}: ${name}`,
          `${base} -> ${next} (${difference}, interval ${interval}, p ${p})`,
        )
      }),
    ...comparison.notCompared.map(({ subject, reason }) =>
      command(
        comparison.outcome === 'could not compare' ? 'error' : 'warning',
        `Not compared: ${subject}`,
        reason,
      ),
    ),
  ]
}

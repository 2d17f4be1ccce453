import type { RunComparison } from '../../compare/compare-runs.js'
import { html } from '../markup.js'
import { method, wordChange, wordMetric } from './wording.js'

/** A comparison as JUnit XML: a test case a metric; a regression fails, what could not be told is skipped. */
export function comparisonJunit(comparison: RunComparison): string {
  const { metrics, notCompared } = comparison
  const failures = metrics.filter(({ regression }) => regression).length
  const skipped = metrics.filter(({ verdict }) => verdict === 'unclear' || verdict === 'not judged').length
  const missing = comparison.outcome === 'could not compare' ? notCompared : []
  const cases = metrics.map((metric) => {
    const { name, verdict, base, next, difference, interval, p, detail } = wordMetric(metric)
    const text =
      `${base} -> ${next} (${difference}${interval === '' ? '' : `, interval ${interval}`}${p === '' ? '' : `, p ${p}`}) ${detail}`.trim()
    const outcome = metric.regression
      ? html`<failure message="${verdict}: ${difference}">${text}</failure>`
      : metric.verdict === 'unclear' || metric.verdict === 'not judged'
        ? html`<skipped message="${verdict}"/>`
        : html``
    return html`  <testcase classname="${metric.subject}" name="${metric.metric}">${outcome}<system-out>${name}: ${verdict}; ${text}</system-out></testcase>
`
  })
  const errors = missing.map(
    ({
      subject,
      reason,
    }) => html`  <testcase classname="not compared" name="${subject}"><error message="${reason}"/></testcase>
`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${
    html`<testsuites><testsuite name="vec2face-bench compare" tests="${cases.length + errors.length}" failures="${failures}" errors="${errors.length}" skipped="${skipped}">
  <properties><property name="method" value="${method(comparison)}"/>${comparison.changes.map((change) => html`<property name="changed" value="${wordChange(change)}"/>`)}</properties>
${cases}${errors}</testsuite></testsuites>
`.text
  }`
}

/**
 * Results as pages, tables and pictures; comparisons as text, Markdown, JUnit and annotations; many runs as a trend.
 *
 * @example
 * import { writeReport } from 'vec2face-bench/report'
 * import { readResults } from 'vec2face-bench/results'
 *
 * await writeReport([await readResults('results.json')], 'reports/mine', ['html', 'csv'])
 *
 * @module
 */
export { type ComparisonTable, comparisonTables } from './comparison-table.js'
export { tableToCsv } from './csv.js'
export { tableToLatex } from './latex.js'
export { tableToMarkdown } from './markdown.js'
export { type Merged, mergeResults } from './merge.js'
export { githubAnnotations } from './regression/annotations.js'
export { comparisonJunit } from './regression/junit.js'
export { comparisonMarkdown } from './regression/markdown.js'
export { comparisonText } from './regression/text.js'
export { type ReportForm, renderReport, writeReport } from './render.js'
export { orderRuns, type TrendRun, type TrendSeries, trendSeries } from './trend/trend.js'
export { renderTrend } from './trend/trend-page.js'

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkClaims } from '../../src/report/claims/claims.js'
import { mergeResults } from '../../src/report/merge.js'
import { REPORT_FORMS, renderReport } from '../../src/report/render.js'
import { scratchFolder } from '../scratch.js'
import { sampleReport, TEN_MODELS } from './sample-report.js'

const folder = scratchFolder()
const hasLatex = spawnSync('kpsewhich', ['booktabs.sty']).status === 0

describe('a report', () => {
  it('is a pure function of results: the same bytes', async () => {
    const results = sampleReport(TEN_MODELS.slice(0, 2), ['lfw', 'calfw'], 400)
    const [one, other] = [
      await renderReport([results], ['html', 'markdown', 'latex', 'csv', 'png']),
      await renderReport([structuredClone(results)], ['html', 'markdown', 'latex', 'csv', 'png']),
    ]
    expect([...one.keys()]).toEqual([...other.keys()])
    for (const [name, data] of one)
      expect(Buffer.from(data).equals(Buffer.from(other.get(name) ?? ''))).toBe(true)
  })

  it('of a stranger stays in its folder, and steers no terminal and no page', async () => {
    const results = sampleReport(['a', 'b'], ['lfw'], 10)
    const evil = '../../../\x1b[2J\x85\u202e<script>_'
    results.name = results.title = results.description = evil
    results.warnings = [evil]
    for (const table of results.tables)
      Object.assign(table, { id: evil, title: evil, caption: evil, source: evil })
    results.datasets.push({
      ...{ id: evil, name: evil, demo: true, identities: 1, images: 1, fingerprint: 'f' },
      ...{ curves: [], pictures: [], notes: [evil] },
      metrics: [
        {
          family: evil,
          parameters: { by: evil },
          by: evil,
          value: 1,
          count: 1,
          unit: evil,
          better: 'higher',
        },
      ],
    })
    for (const named of [...results.models, ...results.testSets]) named.name = evil
    for (const evaluation of results.evaluations) evaluation.testSet = evil
    for (const set of results.testSets) set.id = evil
    results.missing.push({ kind: 'model', id: evil, howToGet: evil })
    const files = await renderReport([results], REPORT_FORMS)
    expect(files.size).toBeGreaterThan(5)
    for (const [path, data] of files) {
      expect(path).toMatch(/^((tables|figures)\/)?[\w-]+\.\w+$/)
      if (typeof data !== 'string') continue
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(data, path).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/)
      if (/md|html/.test(path)) expect(data, path).not.toMatch(/[^\\]<script>_/)
    }
  })

  it('has a table of a dataset in Markdown where something was measured on it', async () => {
    const results = sampleReport(['a'], ['lfw'], 10)
    const markdown = async () => String((await renderReport([results], ['markdown'])).get('report.md'))
    expect(await markdown()).toContain('| metric | value |')
    for (const dataset of results.datasets) dataset.metrics = []
    expect(await markdown()).not.toContain('| metric | value |')
    expect(await markdown()).toContain('### faces')
  })

  it.skipIf(!hasLatex)('has tables that LaTeX compiles (needs pdflatex and booktabs)', async () => {
    const results = sampleReport(['hsface10k', 'Ω_weird & 50% {x} ^~ \\end'], undefined, 400)
    const table = (await renderReport([results], ['latex'])).get('tables/sample.tex')
    writeFileSync(
      join(folder, 'main.tex'),
      `\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n${table}\\end{document}\n`,
    )
    const run = spawnSync(
      'pdflatex',
      ['-halt-on-error', '-interaction=nonstopmode', '-no-shell-escape', 'main.tex'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    expect(run.stdout).toMatch(/Output written on main\.pdf \(1 page/)
    expect(run.status).toBe(0)
  })
})

describe("the paper's claims", () => {
  const verdicts = (models: readonly string[], sets: readonly string[]) => {
    const claims = checkClaims(mergeResults([sampleReport(models, sets, 4000)]))
    return Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]))
  }

  it('are supported or contradicted by the rows, whichever is better', () => {
    expect(verdicts(['hsface10k', 'x1', 'x2', 'casia-webface'], ['calfw'])['calfw-beats-real']).toBe(
      'supported',
    )
    expect(verdicts(['casia-webface', 'x1', 'x2', 'hsface10k'], ['calfw'])['calfw-beats-real']).toBe(
      'contradicted',
    )
  })

  it('are not tested where rows are missing, and say which', () => {
    const claims = checkClaims(mergeResults([sampleReport(['hsface10k'], ['calfw'], 400)]))
    expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['not tested']))
    const calfw = claims.find(({ id }) => id === 'calfw-beats-real')
    expect(calfw).toMatchObject({ evidence: [], open: 'needs casia-webface on calfw' })
  })

  it("are not tested by the paper's own figures", () => {
    const results = { ...sampleReport(TEN_MODELS.slice(0, 6), ['lfw'], 400), evaluations: [] }
    expect(checkClaims(mergeResults([results])).every(({ evidence }) => evidence.length === 0)).toBe(true)
  })

  it('stay open where the interval leaves them open', () => {
    const results = sampleReport(['hsface10k', 'casia-webface'], ['calfw'], 100)
    const [ours] = results.evaluations
    const same = { ...results, evaluations: [ours, { ...ours, model: 'casia-webface' }] }
    const calfw = checkClaims(mergeResults([same])).find(({ id }) => id === 'calfw-beats-real')
    expect(calfw?.verdict).toBe('not apart')
    expect(calfw?.open).toBe('1 of 1 comparisons is within the interval')
  })

  it('mark evidence from rendered faces', () => {
    const results = sampleReport(['hsface10k', 'x1', 'x2', 'casia-webface'], ['calfw'], 4000)
    const demo = { ...results, models: results.models.map((model) => ({ ...model, demo: true })) }
    const calfw = checkClaims(mergeResults([demo])).find(({ id }) => id === 'calfw-beats-real')
    expect(calfw?.demo).toBe(true)
    expect(calfw?.evidence[0]).toMatch(/\(demo\)$/)
  })
})

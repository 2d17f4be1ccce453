import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkClaims } from '../../src/report/claims/claims.js'
import { mergeResults } from '../../src/report/merge.js'
import { renderReport } from '../../src/report/render.js'
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

/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeReport } from '../../src/report/render.js'
import { scratchFolder } from '../scratch.js'
import { sampleReport, TEN_MODELS } from './sample-report.js'

const CHROMIUM = '/usr/bin/chromium'
const folder = scratchFolder()
const results = sampleReport(TEN_MODELS, undefined, 1000)

describe.skipIf(!existsSync(CHROMIUM))(`a report in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const path = join(folder, 'index.html')
  const open = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const opened = await browser.newPage(options)
    opened.on('console', (message) => complaints.push(message.text()))
    opened.on('pageerror', (error) => complaints.push(error.message))
    opened.on('requestfailed', (request) => complaints.push(request.url()))
    await opened.goto(pathToFileURL(path).href)
    return opened
  }
  beforeAll(async () => {
    await writeReport([results], folder, ['html'])
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    page = await open({ viewport: { width: 1200, height: 900 } })
  })
  afterAll(async () => {
    await browser?.close()
  })

  it('is under 1.5 MB for nine sets by ten rows, with room for the contact sheets of a dataset', () => {
    expect(statSync(path).size).toBeLessThan(1.25e6)
  })

  it('draws every chart, folded ones too', async () => {
    const blank = await page.evaluate(async () => {
      for (const details of document.querySelectorAll('details')) details.open = true
      const canvases = [...document.querySelectorAll('canvas')]
      for (const canvas of canvases) {
        canvas.scrollIntoView()
        for (let i = 0; i < 100 && !canvas.dataset.drawn; i++)
          await new Promise((done) => setTimeout(done, 20))
      }
      const isBlank = (canvas: HTMLCanvasElement): boolean => {
        const context = canvas.getContext('2d')
        const data = context?.getImageData(0, 0, canvas.width, canvas.height).data
        return !data?.some((value) => value !== 0)
      }
      return { all: canvases.length, blank: canvases.filter(isBlank).map(({ dataset }) => dataset.figure) }
    })
    expect(blank).toEqual({ all: 9 + 9 + 90 + 1, blank: [] })
  })

  it('shows each line in the legend as it is drawn', async () => {
    const [drawn, told] = await page.evaluate(() => {
      const { Chart } = globalThis as unknown as { Chart: typeof import('chart.js').Chart }
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-figure^=roc]')
      const chart = canvas === null ? undefined : Chart.getChart(canvas)
      const labels = chart?.options.plugins?.legend?.labels?.generateLabels?.(chart) ?? []
      return [
        chart?.data.datasets.map((line) => [
          line.label,
          line.borderColor,
          (line as { borderDash?: number[] }).borderDash,
        ]),
        labels.map(({ text, strokeStyle, lineDash }) => [text, strokeStyle, lineDash]),
      ]
    })
    expect(told).toEqual(drawn)
    // Ten rows share eight colours.
    expect(new Set(told?.map(([, colour]) => colour)).size).toBe(8)
    expect(new Set(told?.map(([, ...look]) => JSON.stringify(look))).size).toBe(10)
  })

  it('shows every measured accuracy in its cell', async () => {
    const cells = await page
      .locator('#table-sample tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('td[data-value]')].map((cell) => cell.textContent?.slice(0, 5)),
        ),
      )
    const expected = TEN_MODELS.map((model) =>
      results.evaluations
        .filter((it) => it.model === model)
        .map(({ accuracy }) => (accuracy * 100).toFixed(2)),
    )
    expect(cells.map((row) => row.slice(0, 9))).toEqual(expected)
  })

  it('sorts by a column, both ways', async () => {
    const column = async (): Promise<number[]> =>
      page
        .locator('#table-sample tbody tr td:nth-child(5)')
        .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)))
    const head = page.locator('#table-sample thead th:nth-child(5) button')
    await head.click()
    const down = await column()
    expect(down).toEqual(down.toSorted((a, b) => b - a))
    await head.click()
    expect(await column()).toEqual(down.toReversed())
  })

  it('has no link that leads nowhere, and no request that leaves it', async () => {
    const dead = await page
      .locator('a[href]')
      .evaluateAll((links) =>
        links
          .map((link) => link.getAttribute('href') ?? '')
          .filter((href) => !href.startsWith('#') || !document.getElementById(href.slice(1))),
      )
    expect(dead).toEqual([])
    expect(
      await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name.slice(0, 5))),
    ).toEqual(expect.not.arrayContaining(['http:', 'https']))
  })

  it('does not scroll sideways on a phone, in the dark or on paper', async () => {
    const phone = await open({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' })
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await phone.close()
    const paper = await open({ viewport: { width: 794, height: 1123 } })
    await paper.emulateMedia({ media: 'print' })
    expect(await paper.evaluate(() => document.documentElement.scrollWidth)).toBe(794)
    await paper.close()
  })

  it('keeps charts inside their frames on paper and without JavaScript, and their captions below', async () => {
    const misfits = (opened: Page, inner: string): Promise<(string | null)[]> =>
      opened.locator('.figures:not(.small) figure').evaluateAll((figures, selector) => {
        return figures
          .filter((figure) => {
            const [frame, drawn, caption] = ['.chart', `.chart ${selector}`, 'figcaption'].map((part) =>
              figure.querySelector(part)?.getBoundingClientRect(),
            )
            if (!frame || !drawn || !caption) return true
            return drawn.right > frame.right || drawn.bottom > frame.bottom || caption.top < frame.bottom
          })
          .map((figure) => figure.id)
      }, inner)
    const paper = await open({ viewport: { width: 1280, height: 900 } })
    await paper.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await paper.emulateMedia({ media: 'print' })
    await paper.setViewportSize({ width: 720, height: 1000 })
    expect(await misfits(paper, 'canvas')).toEqual([])
    await paper.close()
    const plain = await open({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } })
    expect(await misfits(plain, 'img')).toEqual([])
    await plain.close()
  })

  it('shows tables and pictures of the charts without JavaScript', async () => {
    const plain = await open({ javaScriptEnabled: false })
    expect(await plain.locator('#table-sample tbody tr').count()).toBe(10)
    expect(await plain.locator('figure img[alt^="ROC"]').count()).toBe(9)
    expect(await plain.locator('figure img[alt^="ROC"]').first().isVisible()).toBe(true)
    await plain.close()
  })

  it('complains about nothing', () => {
    expect(complaints).toEqual([])
  })
})

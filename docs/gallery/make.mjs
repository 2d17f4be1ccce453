// Draws every output of the harness as a picture, from the demo's results: `npm run gallery`. A change of look is then seen in
// review. Pages need Chromium (/usr/bin/chromium, or CHROMIUM); without one, those pictures stay as they are.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import { chromium } from 'playwright-core'
import sharp from 'sharp'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const main = join(root, 'dist/cli/main.js')
const results = 'benchmarks/baselines/quickstart.json'
const work = mkdtempSync(join(tmpdir(), 'gallery-'))
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

const small = (png) => sharp(png).png({ palette: true, colours: 64, effort: 7 }).toBuffer()
const keep = async (name, png) => writeFileSync(join(here, `${name}.png`), await small(png))

/** What a command prints, as its user sees it. */
function printed(...args) {
  const run = spawnSync(process.execPath, [main, ...args], { cwd: root, encoding: 'utf8' })
  return `$ vec2face-bench ${args.join(' ')}\n${run.stdout}${run.stderr}`.replaceAll(root, '.').trimEnd()
}

/** Text of a terminal as a picture. */
function terminal(text) {
  for (const family of ['DejaVuSansMono', 'dejavu/DejaVuSansMono'])
    GlobalFonts.registerFromPath(`/usr/share/fonts/truetype/${family}.ttf`, 'Terminal')
  const lines = text
    .split('\n')
    .slice(0, 60)
    .map((line) => line.slice(0, 120))
  const [wide, high] = [8.4, 18]
  const canvas = createCanvas(
    Math.ceil(wide * Math.max(...lines.map(({ length }) => length)) + 24),
    high * lines.length + 24,
  )
  const context = canvas.getContext('2d')
  context.fillStyle = '#14181c'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#e8ebee'
  context.font = '14px Terminal, monospace'
  context.textBaseline = 'top'
  for (const [i, line] of lines.entries()) {
    // A character at a time: columns stay columns whatever the font.
    for (const [column, character] of [...line].entries())
      context.fillText(character, 12 + column * wide, 12 + i * high)
  }
  return canvas.toBuffer('image/png')
}

const COMMANDS = {
  'specs-list': ['specs', 'list'],
  'test-sets-list': ['test-sets', 'list'],
  compare: ['compare', 'test/results/version-1.json', 'test/results/version-2.json'],
  'verify-help': ['verify', '--help'],
}
for (const [name, args] of Object.entries(COMMANDS)) await keep(name, terminal(printed(...args)))

const report = join(work, 'report')
spawnSync(process.execPath, [main, 'report', results, '--out', report, '--form', 'html', 'png'], {
  cwd: root,
  stdio: 'inherit',
})
for (const figure of ['unique-1', 'roc-demo-cplfw', 'det-demo-cplfw', 'similarities-demo-cplfw-1', 'curve-1'])
  await keep(`chart-${figure}`, readFileSync(join(report, 'figures', `${figure}.png`)))
const { datasets } = JSON.parse(readFileSync(join(root, results), 'utf8'))
for (const [i, { data }] of datasets.flatMap(({ pictures }) => pictures).entries())
  await keep(`faces-${i + 1}`, Buffer.from(data, 'base64'))

if (existsSync(browserPath)) {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
  const views = {
    'page-wide': { viewport: { width: 1440, height: 900 } },
    'page-dark': { viewport: { width: 768, height: 1000 }, colorScheme: 'dark' },
    'page-phone': { viewport: { width: 390, height: 800 } },
  }
  for (const [name, options] of Object.entries(views)) {
    const page = await browser.newPage(options)
    await page.goto(pathToFileURL(join(report, 'index.html')).href)
    await keep(name, await page.screenshot())
    await page.locator('#curves').scrollIntoViewIfNeeded()
    await page.waitForTimeout(800)
    await keep(`${name}-curves`, await page.screenshot())
    await page.close()
  }
  await browser.close()
} else console.error(`${browserPath} is not there: the pictures of pages stay as they are`)
rmSync(work, { recursive: true })

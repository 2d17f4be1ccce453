// Draws every output of the harness as a picture, from the demo's results, and the report that README shows
// (reports/quickstart): `npm run gallery`. A change of look is then seen in
// review. Pages need Chromium (/usr/bin/chromium, or CHROMIUM), LaTeX needs pdflatex and pdftoppm; without them, those pictures
// stay as they are. Faces of errors, and verify's table, are of what `npm start` made, where it was run.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import { chromium } from 'playwright-core'
import sharp from 'sharp'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const main = join(root, 'dist/cli/start.cjs')
const results = 'benchmarks/baselines/quickstart.json'
const withFaces = 'results/quickstart/results.json'
const work = mkdtempSync(join(tmpdir(), 'gallery-'))
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** A machine at work takes its time: milliseconds. */
const PATIENCE = 300_000

const small = (png) => sharp(png).png({ palette: true, colours: 64, effort: 7 }).toBuffer()
const keep = async (name, png) => writeFileSync(join(here, `${name}.png`), await small(png))

/** Columns of the terminal that commands are shown in. */
const COLUMNS = 120

/** What a command prints, as its user sees it: on a terminal, by util-linux's `script`. */
function printed(...args) {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ')
  const onTerminal = ['-qec', `stty cols ${COLUMNS}; ${quoted}`, '/dev/null']
  const environment = { ...process.env, NO_COLOR: '1' }
  const { error, stdout } = spawnSync('script', onTerminal, { cwd: root, encoding: 'utf8', env: environment })
  if (error !== undefined) throw new Error("the gallery needs 'script' (util-linux)", { cause: error })
  const shown = `$ vec2face-bench ${args.join(' ')}\n${stdout.replaceAll('\r', '')}`
  return shown.replaceAll(root, '.').replaceAll(work, '/tmp').trimEnd()
}

/** Text of a terminal as a picture. */
function terminal(text) {
  for (const family of ['DejaVuSansMono', 'dejavu/DejaVuSansMono'])
    GlobalFonts.registerFromPath(`/usr/share/fonts/truetype/${family}.ttf`, 'Terminal')
  // As a terminal breaks them.
  const lines = text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${COLUMNS}}`, 'gu')) ?? [''])
    .slice(0, 80)
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
  'models-list': ['models', 'list'],
  'run-plan': ['run', 'benchmarks/quickstart.yaml', '--dry-run', '--cache', join(work, 'cache')],
  'grid-plan': ['run', 'benchmarks/demo-sigma.yaml', '--dry-run', '--cache', join(work, 'cache')],
  error: ['run', 'tabel1'],
  compare: ['compare', 'test/results/version-1.json', 'test/results/version-2.json'],
  'verify-help': ['verify', '--help'],
}
for (const [name, args] of Object.entries(COMMANDS)) await keep(name, terminal(printed(...args)))

sheets()

/** The most similar identities of a small dataset, and what leaks from one of the same vectors. */
function sheets() {
  const at = (name) => join(work, name)
  const recogniser = 'models/demo/demo-recogniser-a.yaml'
  const quietly = (...args) => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { cwd: root, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  const vectors = ['--count', '60', '--max-similarity', '0.9', '--seed', '1', '--out', at('v.npy')]
  quietly('generate', 'identities', ...vectors)
  for (const [set, count] of Object.entries({ 1: '60', 2: '30' })) {
    const made = ['--identities', at('v.npy'), '--count', count, '--images', '3', '--format', 'folder']
    quietly('generate', 'dataset', ...made, '--seed', set, '--out', at(set))
    quietly('features', 'identities', at(`${set}/folder`), '--model', recogniser, '--out', at(`${set}.npy`))
  }
  quietly('features', 'images', at('1/folder'), '--model', recogniser, '--out', at('images.npy'))
  const images = ['--images', at('1/folder')]
  quietly('metrics', 'separability', at('1.npy'), ...images, '--sheet', at('identities.png'))
  const known = ['--reference-images', at('2/folder'), '--worst', '5']
  quietly(
    'metrics',
    'leakage',
    at('images.npy'),
    at('2.npy'),
    ...images,
    ...known,
    '--sheet',
    at('leaks.png'),
  )
}
for (const name of ['identities', 'leaks'])
  await keep(`sheet-${name}`, readFileSync(join(work, `${name}.png`)))

const drawnSets = join(process.env.VEC2FACE_BENCH_CACHE ?? join(homedir(), '.cache/vec2face-bench'), 'demo')
const pairs = ['lfw', 'agedb'].map((set) => join(drawnSets, `demo-${set}-600-pairs/demo-${set}.bin`))
if (pairs.every((path) => existsSync(path))) {
  const models = ['a', 'b'].flatMap((name) => ['--model', `models/demo/demo-recogniser-${name}.yaml`])
  const asked = ['verify', ...models, ...pairs.flatMap((path) => ['--pairs', path]), '--quiet']
  await keep('verify', terminal(printed(...asked).replaceAll(`${drawnSets}/`, '')))
}

const shown = join(root, 'reports/quickstart')
spawnSync(process.execPath, [main, 'report', results, '--out', shown], { cwd: root, stdio: 'inherit' })
const report = join(work, 'report')
spawnSync(process.execPath, [main, 'report', results, '--out', report, '--form', 'html', 'png'], {
  cwd: root,
  stdio: 'inherit',
})
for (const figure of ['unique-1', 'roc-demo-cplfw', 'det-demo-cplfw', 'similarities-demo-cplfw-1', 'curve-1'])
  await keep(`chart-${figure}`, readFileSync(join(report, 'figures', `${figure}.png`)))
const tables = join(report, 'tables')
spawnSync(
  process.execPath,
  [main, 'report', results, '--out', report, '--form', 'latex', 'csv', 'markdown', '--latex-intervals'],
  { cwd: root, stdio: 'inherit' },
)
for (const [name, file] of Object.entries({
  markdown: join(report, 'report.md'),
  csv: join(tables, 'demo-test-sets.csv'),
}))
  await keep(name, terminal(readFileSync(file, 'utf8').trimEnd()))
latex()

/** The tables as a paper of two columns has them. */
function latex() {
  const document = [
    '\\documentclass[twocolumn]{article}\\usepackage{booktabs}\\setlength{\\textwidth}{500pt}\\hoffset-45pt\\pagestyle{empty}',
    '\\begin{document}\\input{demo-test-sets}\\end{document}',
  ].join('\n')
  writeFileSync(join(tables, 'paper.tex'), document)
  const options = { cwd: tables, encoding: 'utf8' }
  const made = spawnSync('pdflatex', ['-interaction=nonstopmode', 'paper.tex'], options)
  const drawn = spawnSync('pdftoppm', ['-r', '110', '-png', '-singlefile', 'paper.pdf', 'paper'], options)
  if (made.error !== undefined || drawn.status !== 0)
    console.error('pdflatex or pdftoppm is not there: the picture of LaTeX stays')
}
if (existsSync(join(tables, 'paper.png')))
  await keep(
    'latex',
    await sharp(readFileSync(join(tables, 'paper.png')))
      .trim()
      .extend({ top: 12, bottom: 12, left: 12, right: 12, background: '#fff' })
      .toBuffer(),
  )

const history = join(work, 'history')
mkdirSync(history)
cpSync(join(root, 'test/results/version-1.json'), join(history, '1.json'))
cpSync(join(root, 'test/results/version-2.json'), join(history, '2.json'))
spawnSync(process.execPath, [main, 'trend', history, '--out', join(work, 'trend')], {
  cwd: root,
  stdio: 'inherit',
})
if (existsSync(join(root, withFaces)))
  spawnSync(process.execPath, [main, 'report', withFaces, '--out', join(work, 'faces'), '--form', 'html'], {
    cwd: root,
    stdio: 'inherit',
  })

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
    page.setDefaultTimeout(PATIENCE)
    await page.goto(pathToFileURL(join(report, 'index.html')).href)
    await keep(name, await page.screenshot())
    await page.locator('#curves').scrollIntoViewIfNeeded()
    await page.waitForTimeout(800)
    await keep(`${name}-curves`, await page.screenshot())
    await page.close()
  }
  const first = await browser.newPage({ viewport: { width: 1280, height: 1500 } })
  first.setDefaultTimeout(PATIENCE)
  await first.goto(pathToFileURL(join(shown, 'index.html')).href)
  writeFileSync(join(shown, 'picture.png'), await small(await first.screenshot()))
  const print = await browser.newPage({ viewport: { width: 794, height: 1123 } })
  print.setDefaultTimeout(PATIENCE)
  await print.emulateMedia({ media: 'print' })
  await print.goto(pathToFileURL(join(report, 'index.html')).href)
  await keep('page-print', await print.screenshot())
  await print.goto(pathToFileURL(join(work, 'trend', 'index.html')).href)
  await print.emulateMedia({ media: 'screen' })
  await print.waitForTimeout(800)
  await keep('page-trend', await print.screenshot())
  if (existsSync(join(work, 'faces', 'index.html'))) {
    await print.goto(pathToFileURL(join(work, 'faces', 'index.html')).href)
    const faces = print.locator('#faces details')
    if ((await faces.count()) > 1) {
      await faces.nth(1).locator('summary').click()
      await faces.nth(1).scrollIntoViewIfNeeded()
      await print.waitForTimeout(800)
      await keep('faces-of-errors', await print.screenshot())
    } else console.error(`${withFaces} has no faces: their picture stays as it is`)
  }
  await browser.close()
} else console.error(`${browserPath} is not there: the pictures of pages stay as they are`)
rmSync(work, { recursive: true })

import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AlignOptions, alignPhotographs } from '../../src/align/align-photographs.js'
import { TABLE_COLUMNS } from '../../src/align/aligned-photograph.js'
import { readLandmarks } from '../../src/align/landmark-table.js'
import { openPhotographs } from '../../src/align/open-photographs.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { writeScrfd } from '../models/detectors/networks.js'
import { QUICK } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { REAL, REAL_FLAGS } from '../shared.js'

const folder = scratchFolder()
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const SETTINGS = { size: 112, choose: 'insightface', detection: {} } as const

/** The rows of a table as objects. */
function tableOf(out: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(join(out, 'alignment.csv'), 'utf8').trim().split('\n')
  expect(head.split(',')).toEqual(TABLE_COLUMNS)
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [TABLE_COLUMNS[i], cell])))
}

/** Every file of a folder by its name. */
function contents(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => statSync(join(path, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(path, name), 'base64')]))
}

async function align(from: string, options: Partial<AlignOptions> & { readonly out: string }) {
  mkdirSync(options.out, { recursive: true })
  const photographs = await openPhotographs(from, { out: options.out })
  return alignPhotographs(photographs, { settings: SETTINGS, noFace: 'fail', threads: 2, ...options })
}

describe.skipIf(!REAL)('25 real photographs (needs ../shared/real)', () => {
  const out = join(folder, 'real')
  const real = (name: string) => join(REAL ?? '', name)

  it('show the face that another detector finds, landmarks within 8 % of the distance of the eyes', async () => {
    const { status, stderr, stdout } = cli(
      'datasets',
      'align',
      real('raw'),
      '--detector',
      real('yunet.onnx'),
      '--out',
      out,
    )
    expect(status, stderr).toBe(0)
    expect(stderr).toMatch(
      /yunet\.onnx has no descriptor: twelve outputs .* are YuNet's\. Taken: BGR, mean 0, 0, 0/,
    )
    expect(stdout).toMatch(/^25 of 25 photographs aligned/)
    const others = await readLandmarks(real('raw/landmarks.csv'))
    const rows = tableOf(out)
    expect(rows.map(({ image }) => image)).toEqual(
      [...others.keys()].sort((a, b) => Number(a.slice(3, -4)) - Number(b.slice(3, -4))),
    )
    const errors = rows.map((row) => {
      const points = others.get(row.image) ?? []
      const eyes = Math.hypot(points[0] - points[2], points[1] - points[3])
      const found = Array.from({ length: 5 }, (_, i) => [Number(row[`x${i + 1}`]), Number(row[`y${i + 1}`])])
      const far = found.map(([x, y], i) => Math.hypot(x - points[2 * i], y - points[2 * i + 1]))
      return far.reduce((sum, value) => sum + value / 5, 0) / eyes
    })
    expect(Math.max(...errors)).toBeLessThan(0.12)
    expect(errors.reduce((sum, value) => sum + value / 25, 0)).toBeLessThan(0.08)
  })

  it('and their crops tell people apart', () => {
    const [model, pairs] = [real('mobilefacenet.onnx'), real('pairs.csv')]
    const how = [...REAL_FLAGS, '--no-flip', '--no-cache', '--json', '--images', out]
    const { stdout } = cli('verify', '--model', model, '--pairs', pairs, ...how)
    const [{ accuracy, auc }] = (JSON.parse(stdout) as { results: { accuracy: number; auc: number }[] })
      .results
    expect(auc).toBeGreaterThanOrEqual(0.999)
    expect(accuracy).toBeGreaterThanOrEqual(0.97)
  })
})

describe('a run', () => {
  const photographs = join(folder, 'photographs')
  const network = join(folder, 'scrfd.onnx')
  const COUNT = 40

  beforeAll(async () => {
    await writeScrfd(network)
    for (let i = 0; i < COUNT; i++) {
      const person = join(photographs, `p${i % 7}`)
      mkdirSync(person, { recursive: true })
      const noise = { type: 'gaussian', mean: 100 + i, sigma: 40 } as const
      const image = sharp({ create: { width: 90 + i, height: 80, channels: 3, background: '#000', noise } })
      writeFileSync(join(person, `${i}.jpg`), await image.jpeg().toBuffer())
    }
  })

  async function detector() {
    return requireRole(
      await loadModel(network, draftDescriptor(network, await readPorts(network))),
      'detector',
    )
  }

  it.skipIf(QUICK)('that is killed goes on where it stopped, and ends with the same bytes', async () => {
    const whole = join(folder, 'whole')
    const args = [
      'datasets',
      'align',
      photographs,
      '--detector',
      network,
      '--sides',
      '64',
      '--no-face',
      'skip',
      '--quiet',
    ]
    expect(cli(...args, '--out', whole).status).toBe(0)
    const killed = join(folder, 'killed')
    const run = spawn(process.execPath, [MAIN, ...args, '--threads', '1', '--out', killed])
    const journal = join(killed, 'alignment.partial.jsonl')
    const done = () => {
      const text = statSync(journal, { throwIfNoEntry: false }) && readFileSync(journal, 'utf8')
      return (text ?? '').split('\n').length - 1
    }
    while (done() < 8 && run.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
    run.kill('SIGKILL')
    await new Promise((resolve) => run.once('exit', resolve))
    expect(done()).toBeLessThan(COUNT)
    // What a kill may leave: a line that is cut short, a crop that is.
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"name":"p1/8.j`)
    const before = statSync(join(killed, 'p0/0.png')).mtimeMs
    expect(cli(...args, '--out', killed).status).toBe(0)
    expect(statSync(join(killed, 'p0/0.png')).mtimeMs).toBe(before)
    expect(contents(killed)).toEqual(contents(whole))
    expect(cli(...args, '--out', killed).stdout).toMatch(/all 40 photographs were aligned before/)
    const other = cli(...args, '--size', '224', '--out', killed)
    expect(isOneClearLine(other), other.stderr).toBe(true)
    expect(other.stderr).toMatch(/holds the crops of other photographs, or of other settings/)
  })

  it('over a dataset gives a folder of identities; threads change nothing', async () => {
    const one = join(folder, 'one-thread')
    const model = await detector()
    const how = {
      detector: model,
      noFace: 'centre',
      settings: { ...SETTINGS, detection: { sides: [64] } },
    } as const
    const outcome = await align(photographs, { out: one, threads: 1, ...how })
    expect(outcome.photographs).toBe(COUNT)
    const two = join(folder, 'two-threads')
    await align(photographs, { out: two, ...how })
    expect(contents(two)).toEqual(contents(one))
    expect(Object.keys(contents(one)).filter((name) => name.endsWith('.png'))).toHaveLength(COUNT)
  })
})

describe('photographs without a face, and without pixels', () => {
  const photographs = join(folder, 'odd')
  const points = '20,20,40,20,30,30,22,40,38,40'
  const table = join(folder, 'points.csv')

  beforeAll(async () => {
    mkdirSync(join(photographs, 'sub é'), { recursive: true })
    const put = async (name: string) => {
      const image = sharp({ create: { width: 64, height: 60, channels: 3, background: '#864' } })
      const bytes = await (name.endsWith('png') ? image.png() : image.jpeg()).toBuffer()
      writeFileSync(join(photographs, name), bytes)
    }
    for (const name of [
      'a b.jpg',
      'two.jpg',
      'two.png',
      'Case.jpg',
      'case.jpg',
      'c..d.jpg',
      'sub é/é.jpg',
      'none.jpg',
    ])
      await put(name)
    const rows = ['a b.jpg', 'two.jpg', 'two.png', 'Case.jpg', 'case.jpg', 'c..d.jpg', 'sub é/é.jpg']
    writeFileSync(
      table,
      ['image,x1,y1,x2,y2,x3,y3,x4,y4,x5,y5', ...rows.map((name) => `${name},${points}`)].join('\n'),
    )
  })

  it('names keep apart what their files are; a photograph without a face fails once all others are done', async () => {
    const out = join(folder, 'odd-out')
    const landmarks = await readLandmarks(table)
    const outcome = await align(photographs, { out, landmarks })
    expect(outcome).toMatchObject({ photographs: 8, aligned: 7, withoutFace: ['none.jpg'], unreadable: [] })
    const names = Object.keys(contents(out)).filter((name) => name.endsWith('.png'))
    expect(names).toEqual(
      ['a b.png', 'c..d.png', 'Case.png', 'case.png', 'sub é/é.png', 'two.jpg.png', 'two.png.png'].sort(),
    )
    const none = tableOf(out).find(({ image }) => image === 'none.jpg')
    expect(none).toMatchObject({ faces: '0', score: '', x: '', y5: '' })
    const failed = cli('datasets', 'align', photographs, '--landmarks', table, '--out', out)
    expect(isOneClearLine(failed), failed.stderr).toBe(true)
    expect(failed.stderr).toMatch(
      /no face: none\.jpg\n.*no face was found in 1 of 8 photographs \(none\.jpg\)/,
    )
    await align(photographs, { out, landmarks, noFace: 'centre' })
    expect(readdirSync(out)).toContain('none.png')
  })

  it('skipped ones take their pairs along, which the results count', async () => {
    const out = join(folder, 'skipped')
    await align(photographs, { out, landmarks: await readLandmarks(table), noFace: 'skip' })
    const list = join(folder, 'pairs.csv')
    const rows = ['a b.jpg,c..d.jpg,1', 'none.jpg,a b.jpg,0', 'two.jpg,two.png,0', 'none.jpg,two.jpg,1']
    writeFileSync(list, ['image_1,image_2,same', ...rows].join('\n'))
    const set = await openTestSet(list, { images: out })
    expect(set.imageName(0)).toBe('a b.png')
    expect([2, 3].map((image) => set.imageName(image))).toEqual(['two.jpg.png', 'two.png.png'])
    expect([...set.pairs.same]).toEqual([1, 0])
    expect(set.leftOut).toEqual({ images: ['none.jpg: no face was found'], pairs: 2 })
    await expect(openTestSet(list, { images: photographs })).resolves.toMatchObject({ imageCount: 5 })
  })

  it('what does not decode is listed, and everything else is aligned', async () => {
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    const whole = readFileSync(join(photographs, 'a b.jpg'))
    for (const [name, bytes] of [
      ['cut.jpg', whole.subarray(0, whole.length / 2)],
      ['text.jpg', 'text'],
      ['whole.jpg', whole],
    ] as const)
      writeFileSync(join(broken, name), bytes)
    const landmarks = new Map(
      ['cut.jpg', 'text.jpg', 'whole.jpg'].map((name) => [name, points.split(',').map(Number)]),
    )
    const out = join(folder, 'broken-out')
    const outcome = await align(broken, { out, landmarks, skipUnreadable: true })
    expect(outcome.unreadable.map(({ image }) => image)).toEqual(['cut.jpg', 'text.jpg'])
    expect(tableOf(out).map(({ image }) => image)).toEqual(['whole.jpg'])
    const record = JSON.parse(readFileSync(join(out, 'alignment.json'), 'utf8')) as {
      leftOut: { image: string }[]
    }
    expect(record.leftOut.map(({ image }) => image)).toEqual(['cut.jpg', 'text.jpg'])
  })

  it('all images are named that a list misses', () => {
    const list = join(folder, 'missing.txt')
    const lines = Array.from({ length: 6 }, (_, i) => `Ann\t${i + 1}\tBob\t${i + 1}`)
    writeFileSync(list, lines.join('\n'))
    const outcome = cli(
      'datasets',
      'align',
      list,
      '--images',
      photographs,
      '--landmarks',
      table,
      '--out',
      join(folder, 'm'),
    )
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    for (let i = 1; i <= 6; i++)
      expect(outcome.stderr).toMatch(new RegExp(`^ {2}Ann/Ann_000${i}\\.jpg$`, 'm'))
    expect(outcome.stderr).toMatch(/12 of 12 images of the list are missing/)
  })

  it('an output folder inside the photographs is no input', async () => {
    const inside = join(folder, 'inside')
    mkdirSync(inside)
    copyFileSync(join(photographs, 'a b.jpg'), join(inside, 'a b.jpg'))
    const landmarks = await readLandmarks(table)
    for (let again = 0; again < 2; again++)
      expect(await align(inside, { out: join(inside, 'crops'), landmarks })).toMatchObject({ photographs: 1 })
    rmSync(inside, { recursive: true })
  })
})

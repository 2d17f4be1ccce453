import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { readLandmarks } from '../../src/align/landmark-table.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { writeScrfd } from '../models/detectors/networks.js'
import { QUICK } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { REAL, REAL_FLAGS } from '../shared.js'
import { align, contents, SETTINGS, tableOf } from './aligned.js'

const folder = scratchFolder()
const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

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

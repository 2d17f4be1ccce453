import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { readLandmarks } from '../../src/align/landmark-table.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'
import { align, contents, tableOf } from './aligned.js'

const folder = scratchFolder()
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

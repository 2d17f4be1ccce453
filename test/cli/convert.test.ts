import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { toPixels } from '../../src/images/image-decoding.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import type { TestSet } from '../../src/test-sets/test-set.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'
import { REAL, REAL_FLAGS } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'
import { convert, image } from './converted.js'

const folder = scratchFolder()
const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

/** Every pair of a set: pixels of both images, label, fold. */
async function pairsOf(set: TestSet) {
  const pixels = await Promise.all(
    Array.from({ length: set.imageCount }, async (_, i) => {
      const { width, height, data } = await toPixels(await set.read(i), '')
      return `${width}x${height} ${Buffer.from(data).toString('base64')}`
    }),
  )
  const { first, second, same } = set.pairs
  return Array.from(same, (label, i) => ({
    first: pixels[first[i]],
    second: pixels[second[i]],
    label,
    fold: set.folds?.[i],
  }))
}

async function opened<T>(path: string, look: (set: TestSet) => Promise<T>): Promise<T> {
  const set = await openTestSet(path)
  try {
    return await look(set)
  } finally {
    await set.close()
  }
}

describe('test sets', () => {
  const lfw = join(folder, 'lfw')
  const list = join(lfw, 'pairs.txt')

  beforeAll(async () => {
    const people = ['Ann', 'Bob', 'Cid']
    for (const [p, person] of people.entries()) {
      mkdirSync(join(lfw, person), { recursive: true })
      for (const n of [1, 2])
        writeFileSync(join(lfw, person, `${person}_000${n}.jpg`), await image(2 * p + n))
    }
    writeFileSync(
      list,
      '2\t2\nAnn\t1\t2\nBob\t1\t2\nAnn\t1\tBob\t1\nAnn\t2\tCid\t2\nCid\t1\t2\nBob\t2\t1\nCid\t1\tBob\t1\nAnn\t1\tCid\t2\n',
    )
  })

  it('go from form to form and back with their pixels, labels and, where they can, folds', async () => {
    const whole = await opened(list, pairsOf)
    const plain = whole.map((pair) => ({ ...pair, fold: undefined }))
    const bin = convert(list, 'bin', join(folder, 'a.bin'))
    expect(await opened(bin, pairsOf)).toEqual(plain)
    const npy = convert(bin, 'npy', join(folder, 'b'))
    expect(readdirSync(npy).sort()).toEqual(['b.npy', 'issame.txt'])
    expect(await opened(npy, pairsOf)).toEqual(plain)
    const again = convert(npy, 'bin', join(folder, 'c.bin'))
    expect(await opened(again, pairsOf)).toEqual(plain)
    const csv = convert(list, 'csv', join(folder, 'd'))
    expect(readdirSync(join(csv, 'images')).sort()).toEqual(['Ann', 'Bob', 'Cid'])
    expect(await opened(csv, pairsOf)).toEqual(whole)
    expect(await opened(convert(again, 'csv', join(folder, 'e')), pairsOf)).toEqual(plain)
  })

  it('become lists as LFW, SLLFW and DoppelVer have them, with the folds that these can say', async () => {
    const whole = await opened(list, pairsOf)
    const plain = whole.map((pair) => ({ ...pair, fold: undefined }))
    const own = convert(list, 'lfw', join(folder, 'list-lfw'))
    expect(readFileSync(join(own, 'pairs.txt'), 'utf8')).toBe(readFileSync(list, 'utf8'))
    expect(readdirSync(join(own, 'images', 'Ann'))).toEqual(['Ann_0001.jpg', 'Ann_0002.png'])
    expect(await opened(own, pairsOf)).toEqual(whole)
    const doppelver = convert(own, 'doppelver', join(folder, 'list-doppelver'))
    expect((await openTestSet(doppelver)).format).toBe('doppelver')
    expect(await opened(doppelver, pairsOf)).toEqual(whole)
    const sllfw = convert(doppelver, 'sllfw', join(folder, 'list-sllfw'))
    expect((await openTestSet(sllfw)).format).toBe('sllfw-pairs')
    expect(await opened(sllfw, pairsOf)).toEqual(plain)
  })

  it('that name no people become lists by what their pairs say', async () => {
    const plain = await opened(join(folder, 'a.bin'), pairsOf)
    const out = join(folder, 'list-bin')
    const { stderr } = cli('datasets', 'convert', join(folder, 'a.bin'), '--to', 'lfw', '--out', out)
    expect(stderr).toMatch(/it names no people; those whom its pairs call one are person_1, person_2/)
    expect(await opened(out, pairsOf)).toEqual(plain)
    const contrary = join(lfw, 'contrary.csv')
    const images = ['Ann/Ann_0001.jpg', 'Bob/Bob_0001.jpg', 'Cid/Cid_0001.jpg']
    const rows = [
      [0, 1, 1],
      [1, 2, 1],
      [2, 0, 0],
    ].map(([a, b, same]) => `${images[a]},${images[b]},${same}`)
    writeFileSync(contrary, ['image_1,image_2,same', ...rows].join('\n'))
    const refused = cli('datasets', 'convert', contrary, '--to', 'lfw', '--out', join(folder, 'contrary'))
    expect(isOneClearLine(refused), refused.stderr).toBe(true)
    expect(refused.stderr).toMatch(/pair 2 is of two people, whom other pairs say to be one/)
  })

  it('packed by xz are the same .bin', () => {
    const packed = convert(list, 'xz', join(folder, 'a.xz'))
    const { stdout } = spawnSync('xz', ['-dc', packed])
    expect(stdout.equals(readFileSync(join(folder, 'a.bin')))).toBe(true)
  })

  it('killed on the way begin anew, end with the same bytes and leave nothing behind', async () => {
    const many = join(folder, 'many')
    mkdirSync(many)
    const bytes = await image(1)
    for (let n = 0; n < 1500; n++) writeFileSync(join(many, `${n}.jpg`), bytes)
    const rows = Array.from({ length: 750 }, (_, pair) => `${2 * pair}.jpg,${2 * pair + 1}.jpg,${pair % 2}`)
    writeFileSync(join(many, 'pairs.csv'), ['image_1,image_2,same', ...rows].join('\n'))
    const [place, out] = [join(folder, 'killed'), join(folder, 'killed', 'many.bin')]
    mkdirSync(place)
    const args = ['datasets', 'convert', many, '--to', 'bin', '--out', out, '--quiet']
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' })
    const begun = () => readdirSync(place).some((name) => statSync(join(place, name)).size > 10_000)
    while (child.exitCode === null && !begun()) await sleep(1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readdirSync(place)).toEqual([expect.stringMatching(/^many\.bin\..*\.tmp$/)])
    convert(many, 'bin', out)
    expect(readdirSync(place)).toEqual(['many.bin'])
    const undisturbed = convert(many, 'bin', join(folder, 'undisturbed.bin'))
    expect(readFileSync(out).equals(readFileSync(undisturbed))).toBe(true)
  })

  it('keep the bytes of encoded images', async () => {
    const bytes = await opened(
      join(folder, 'a.bin'),
      async (set) => (await set.read(0)) as { bytes: Uint8Array },
    )
    expect(Buffer.from(bytes.bytes).equals(readFileSync(join(lfw, 'Ann/Ann_0001.jpg')))).toBe(true)
  })

  it('folds that a form can not keep are said', () => {
    const { stderr } = cli('datasets', 'convert', list, '--to', 'bin', '--out', join(folder, 'f.bin'))
    expect(stderr).toMatch(/its 2 folds of 4 pairs are not kept by this form, .* csv keeps them/)
  })

  it('images of several sizes are no array; missing ones are all listed; a folder with something in it stays', async () => {
    writeFileSync(join(lfw, 'Ann/Ann_0003.jpg'), await image(9, 30))
    writeFileSync(join(folder, 'sizes.csv'), 'image_1,image_2,same\nAnn/Ann_0003.jpg,Ann/Ann_0001.jpg,1\n')
    const run = (list: string, to: string, out: string) =>
      cli('datasets', 'convert', join(folder, list), '--images', lfw, '--to', to, '--out', join(folder, out))
    const sizes = run('sizes.csv', 'npy', 'g')
    expect(isOneClearLine(sizes), sizes.stderr).toBe(true)
    expect(sizes.stderr).toMatch(/images of 30x30 and 24x24 pixels can't be in one array; align them first/)
    writeFileSync(
      join(folder, 'missing.csv'),
      `image_1,image_2,same\n${[1, 2, 3, 4].map((n) => `x${n}.jpg,y.jpg,0`).join('\n')}\n`,
    )
    const missing = run('missing.csv', 'bin', 'h.bin')
    expect(isOneClearLine(missing), missing.stderr).toBe(true)
    for (const name of ['x1', 'x2', 'x3', 'x4', 'y'])
      expect(missing.stderr).toMatch(new RegExp(`^ {2}${name}\\.jpg$`, 'm'))
    const taken = run('sizes.csv', 'csv', 'd')
    expect(isOneClearLine(taken), taken.stderr).toBe(true)
    expect(taken.stderr).toMatch(/the folder is not empty/)
  })

  it.skipIf(!pythonHas('cv2', 'numpy'))("a .bin is what Python's pickle and OpenCV read", async () => {
    const script = `
import sys, json, pickle, cv2, numpy as np
bins, issame = pickle.load(open(sys.argv[1], 'rb'), encoding='bytes')
images = [cv2.imdecode(np.frombuffer(b, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1] for b in bins]
print(json.dumps([[str(type(b).__name__) for b in bins], issame, [int(i.astype(int).sum()) for i in images]]))`
    const { stdout } = spawnSync(PYTHON, ['-c', script, join(folder, 'a.bin')], { encoding: 'utf8' })
    const [types, same, sums] = JSON.parse(stdout) as [string[], boolean[], number[]]
    const pairs = await opened(list, pairsOf)
    expect(new Set(types)).toEqual(new Set(['bytes']))
    expect(same).toEqual(pairs.map(({ label }) => label === 1))
    const sum = (image: string) =>
      Buffer.from(image.split(' ')[1], 'base64').reduce((total, value) => total + value, 0)
    expect(sums).toEqual(pairs.flatMap(({ first, second }) => [sum(first), sum(second)]))
  })

  it.skipIf(!REAL)('a .bin of a list verifies as the list does (needs ../shared/real)', async () => {
    const real = (name: string) => join(REAL ?? '', name)
    const bin = convert(real('pairs.csv'), 'bin', join(folder, 'real.bin'), '--images', real('images'))
    const verify = (...pairs: string[]) => {
      const how = [...REAL_FLAGS, '--no-flip', '--json', '--cache', join(folder, 'cache')]
      const { stdout } = cli('verify', '--model', real('mobilefacenet.onnx'), ...how, ...pairs)
      const [{ accuracy, auc, eer, folds }] = (JSON.parse(stdout) as { results: Record<string, unknown>[] })
        .results
      return { accuracy, auc, eer, folds }
    }
    const own = verify('--pairs', bin)
    // The same pairs, written by Python.
    expect(own).toEqual(verify('--pairs', real('real-pairs.bin')))
  })
})

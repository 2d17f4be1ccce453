import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'
import { fieldCase } from '../cases.js'
import { cli, isOneClearLine, type Outcome } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'

const scratch = scratchFolder()

/** `features images` of a set of a case. */
function run(folder: string, set: string, ...more: string[]): Outcome {
  const out = ['--out', join(folder, 'x.npy'), '--labels', join(folder, 'y.npy')]
  return cli(
    'features',
    'images',
    join(folder, set),
    '--model',
    join(folder, 'net.yaml'),
    ...out,
    '--quiet',
    ...more,
  )
}

/** The labels, as many as there are features. @throws where the command fails */
async function labels(folder: string, set: string, ...more: string[]): Promise<string> {
  const { status, stderr } = run(folder, set, ...more)
  if (status !== 0) throw new Error(stderr)
  const [{ shape }, { data }] = [await readNpy(join(folder, 'x.npy')), await readNpy(join(folder, 'y.npy'))]
  expect(data.length).toBe(shape[0])
  return Array.from(data, Number).join(' ')
}

const features = (folder: string) => readFileSync(join(folder, 'x.npy'))

const record0 = fieldCase('rec-record0-is-image')
describe.skipIf(record0.missing !== undefined)(`rec-record0-is-image ${record0.missing ?? ''}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = record0.make(scratch)
  })

  test.for([
    ['described', '0 0 0 0 1 1 1 1 2 2 2 2'],
    ['described-two-labels', '0 0 0 0 1 1 1 1 2 2 2 2'],
    ['attributes', '5 5 5 5 6 6 6 6 7 7 7 7'],
    ['aligned-flag', '0 0 0 0 1 1 1 1 2 2 2 2'],
    ['gender-age', '1 1 1 1 1 1 0 0 0 0 0 0'],
  ] as const)('%s', async ([set, expected]) => {
    expect(await labels(folder, set)).toBe(expected)
  })

  test('the same without the index', async () => {
    for (const [set, expected] of [
      ['attributes', '5 5 5 5 6 6 6 6 7 7 7 7'],
      ['described', '0 0 0 0 1 1 1 1 2 2 2 2'],
    ]) {
      mkdirSync(join(folder, `${set}-alone`))
      copyFileSync(join(folder, set, 'train.rec'), join(folder, `${set}-alone`, 'train.rec'))
      expect(await labels(folder, `${set}-alone`)).toBe(expected)
    }
  })
})

const from1 = fieldCase('rec-index-from-1')
describe.skipIf(from1.missing !== undefined)(`rec-index-from-1 ${from1.missing ?? ''}`, () => {
  let folder = ''
  let expected: Buffer
  beforeAll(async () => {
    folder = from1.make(scratch)
    expect(await labels(folder, 'from-1')).toBe('0 0 0 0 1 1 1 1 2 2 2 2')
    expected = features(folder)
  })

  test.for(['from-0', 'no-index', 'shuffled', 'windows-index', 'described', 'magic'])('%s', async (set) => {
    expect(await labels(folder, set)).toBe('0 0 0 0 1 1 1 1 2 2 2 2')
    expect(features(folder).equals(expected)).toBe(true)
  })

  test('negative: refused, the record is named', () => {
    const outcome = run(folder, 'negative')
    expect(isOneClearLine(outcome)).toBe(true)
    expect(outcome.stderr).toContain('the label of train.rec#8 is -1')
  })

  test('a folder with a dataset and folders of images, or with two datasets: asked', () => {
    mkdirSync(join(folder, 'from-0/people'))
    writeFileSync(join(folder, 'from-0/people/1.jpg'), 'x')
    expect(run(folder, 'from-0').stderr).toContain('holds train.rec, and images in people; name train.rec')
    expect(run(folder, 'from-0/train.rec').status).toBe(0)
    copyFileSync(join(folder, 'from-1/train.rec'), join(folder, 'from-1/0.tar'))
    expect(run(folder, 'from-1').stderr).toContain('holds 0.tar and train.rec; name one of them')
  })
})

const dotted = fieldCase('wds-dotted-names')
describe.skipIf(dotted.missing !== undefined)(`wds-dotted-names ${dotted.missing ?? ''}`, () => {
  let folder = ''
  let expected: Buffer
  beforeAll(async () => {
    folder = dotted.make(scratch)
    expect(await labels(folder, 'plain.tar')).toBe('0 0 0 0 1 1 1 1')
    expected = features(folder)
  })

  test.for(['dotted', 'camera', 'dotted-folder'])('%s', async (set) => {
    expect(await labels(folder, `${set}.tar`)).toBe('0 0 0 0 1 1 1 1')
    expect(features(folder).equals(expected)).toBe(true)
  })

  test.for(['mask', 'mask-first'])('%s: asked, and the answer counts', async (set) => {
    const outcome = run(folder, `${set}.tar`)
    expect(isOneClearLine(outcome)).toBe(true)
    expect(outcome.stderr).toMatch(
      /the sample 000000 holds 2 images: .*; say which image is meant \(--image-field jpg or --image-field png\)/,
    )
    expect(await labels(folder, `${set}.tar`, '--image-field', 'jpg')).toBe('0 0 0 0 1 1 1 1')
    expect(features(folder).equals(expected)).toBe(true)
    expect(await labels(folder, `${set}.tar`, '--image-field', 'png')).toBe('0 0 0 0 1 1 1 1')
    expect(features(folder).equals(expected)).toBe(false)
    expect(run(folder, `${set}.tar`, '--image-field', 'bmp').stderr).toContain('not one bmp')
  })
})

const broken = fieldCase('rec-one-broken-image')
describe.skipIf(broken.missing !== undefined)(`rec-one-broken-image ${broken.missing ?? ''}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = broken.make(scratch)
  })

  test.for([
    ['rec-cut', 'train.rec#8'],
    ['rec-noise', 'train.rec#8'],
    ['rec-empty', 'train.rec#8'],
    ['folder-cut', '1/7.jpg'],
  ] as const)('%s: named, and left out where that is asked', async ([set, name]) => {
    const refused = run(folder, set)
    expect(isOneClearLine(refused)).toBe(true)
    expect(refused.stderr).toContain(`${name}: the image does not decode`)
    expect(refused.stderr).toContain('leave it out (--skip-unreadable')
    expect(await labels(folder, set, '--skip-unreadable')).toBe('0 0 0 0 1 1 1 2 2 2 2')
    const again = run(folder, set, '--skip-unreadable', '--json')
    expect(again.stderr).toMatch(/1 image left out \(1 the image does not decode/)
    expect(again.stderr).toContain(name)
    expect(JSON.parse(again.stdout)).toMatchObject({ images: 11, unreadable: { files: 1 } })
  })

  test('identities and FID too', () => {
    const model = ['--model', join(folder, 'net.yaml')]
    const [set, skip] = [join(folder, 'rec-cut'), '--skip-unreadable']
    const out = ['--out', join(folder, 'i.npy')]
    expect(isOneClearLine(cli('features', 'identities', set, ...model, ...out, '--quiet'))).toBe(true)
    const identities = cli('features', 'identities', set, ...model, ...out, '--quiet', '--json', skip)
    expect(JSON.parse(identities.stdout)).toMatchObject({
      identities: 3,
      images: 11,
      unreadable: { files: 1 },
    })
    const fid = [
      'metrics',
      'fid',
      ...model,
      set,
      join(folder, 'folder-cut'),
      '--no-cache',
      '--json',
      '--quiet',
    ]
    expect(isOneClearLine(cli(...fid))).toBe(true)
    for (const more of [[], ['--kid', '--subsets', '2', '--subset-size', '5']]) {
      const outcome = cli(...fid, skip, ...more)
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        fid: expect.closeTo(0, 9),
        images: [11, 11],
        leftOut: [{ unreadable: { files: 1 } }, { unreadable: { files: 1 } }],
      })
    }
  })

  test('what is measured on the images afterwards leaves out the same ones', () => {
    expect(run(folder, 'rec-cut', '--skip-unreadable').status).toBe(0)
    const args = [
      'metrics',
      'identities',
      join(folder, 'x.npy'),
      '--images',
      join(folder, 'rec-cut'),
      '--json',
      '--quiet',
    ]
    expect(isOneClearLine(cli(...args))).toBe(true)
    const found = JSON.parse(cli(...args, '--skip-unreadable').stdout)
    expect(found).toMatchObject({ images: 11, identities: 3 })
    expect(found.columns.brightness.identities.map(({ images }: { images: number }) => images)).toEqual([
      4, 3, 4,
    ])
  })

  test('a run leaves them out where the paths file says so, and notes it, from the cache too', () => {
    const spec =
      'name: s\ntitle: S\ndatasets:\n  - { id: x, name: X, measure: { separability: { recognisers: [net] } } }\n'
    writeFileSync(join(folder, 'spec.yaml'), spec)
    const paths = (skip: string) => `models: { net: net.yaml }\ndatasets:\n  x: { path: rec-cut${skip} }\n`
    const args = ['--paths', join(folder, 'paths.yaml'), '--cache', join(folder, 'cache'), '--quiet']
    const runSpec = () =>
      cli('run', join(folder, 'spec.yaml'), ...args, '--out', join(folder, 'results.json'))
    writeFileSync(join(folder, 'paths.yaml'), paths(''))
    expect(runSpec().stderr).toContain('train.rec#8')
    writeFileSync(join(folder, 'paths.yaml'), paths(', skipUnreadable: true'))
    for (let time = 0; time < 2; time++) {
      const outcome = runSpec()
      expect(outcome.stderr).not.toContain('error')
      const [dataset] = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')).datasets
      expect(dataset).toMatchObject({ images: 11, leftOut: { unreadable: 1, passedOver: 0 } })
      expect(dataset.notes[0]).toMatch(/^1 image left out \(1 the image does not decode .*\): train\.rec#8$/)
    }
  })

  test('no-end: record 2 is named', () => {
    const outcome = run(folder, 'no-end')
    expect(isOneClearLine(outcome)).toBe(true)
    expect(outcome.stderr).toContain('train.rec#2')
  })

  test('pairs.bin with --skip-unreadable: 19 pairs', () => {
    const options = ['--skip-unreadable', '--json', '--no-cache', '--quiet']
    const { stdout, stderr } = cli(
      'verify',
      '--model',
      join(folder, 'net.yaml'),
      '--pairs',
      join(folder, 'pairs.bin'),
      ...options,
    )
    expect(stderr).toContain('pairs.bin#5')
    expect(JSON.stringify(JSON.parse(stdout))).toContain('"pairs":19')
  })
})

test('a dataset of no images is refused, not measured', () => {
  const folder = join(scratch, 'no-images')
  mkdirSync(join(folder, 'a'), { recursive: true })
  writeFileSync(join(folder, 'a', 'notes.txt'), 'hello')
  const [model, out] = ['models/demo/demo-fid.onnx', join(scratch, 'none.npy')]
  const outcome = cli('features', 'images', folder, '--model', model, '--out', out, '--quiet')
  expect(isOneClearLine(outcome)).toBe(true)
  expect(outcome.stderr).toMatch(/none of the subfolders holds images \(.*a\/notes\.txt/)
})

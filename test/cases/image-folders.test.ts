import { copyFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'
import { fieldCase } from '../cases.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'

const scratch = scratchFolder()

/** FID of two folders by the command line. */
function fid(folder: string, model: string, a: string, b: string, ...more: string[]) {
  const paths = [a, b].map((name) => join(folder, name))
  const outcome = cli(
    'metrics',
    'fid',
    '--model',
    join(folder, model),
    ...paths,
    '--no-cache',
    '--json',
    ...more,
  )
  const { fid, images } =
    outcome.status === 0 ? JSON.parse(outcome.stdout) : { fid: undefined, images: undefined }
  return { ...outcome, fid, images }
}

/** Labels of a set's images by the command line, and how many features there are. */
async function labels(folder: string, set: string, ...more: string[]) {
  const [out, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')]
  const model = ['--model', join(folder, 'net.yaml')]
  const outcome = cli(
    'features',
    'images',
    join(folder, set),
    ...model,
    '--out',
    out,
    '--labels',
    labels,
    '--quiet',
    ...more,
  )
  if (outcome.status !== 0) throw new Error(outcome.stderr)
  const [{ shape }, { data }] = [await readNpy(out), await readNpy(labels)]
  return { features: shape[0], labels: Array.from(data, Number).join(' '), stderr: outcome.stderr }
}

const fidTifImages = fieldCase('fid-tif-images')
describe.skipIf(fidTifImages.missing !== undefined)(`fid-tif-images ${fidTifImages.missing ?? ''}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = fidTifImages.make(scratch)
  })

  test.for([
    ['png', 52.052624],
    ['tif', 52.052624],
    ['tiff-upper', 52.052624],
    ['webp', 52.052624],
    ['half-tif', 52.052624],
    ['half-bmp', 52.052624],
    ['half-ppm', 52.052624],
    ['half-gif', 73.889089],
    ['jfif', 52.165135],
  ] as const)('%s: 8 images, distance %f', ([set, distance]) => {
    const found = fid(folder, 'net.yaml', 'generated', set)
    expect(found.images).toEqual([8, 8])
    expect(found.fid).toBeCloseTo(distance, 5)
  })

  test('people in .png and .tif', async () => {
    expect(await labels(folder, 'people')).toMatchObject({ features: 8, labels: '0 0 0 0 1 1 1 1' })
  })

  test('an ending that says nothing, or none: told by content; what is no image is counted and named', () => {
    const odd = join(folder, 'odd')
    mkdirSync(odd)
    for (let i = 0; i < 8; i++)
      copyFileSync(join(folder, `png/${i}.png`), join(odd, ['0', '1.img', '2.PNG', '3.dat'][i] ?? `${i}.Png`))
    writeFileSync(join(odd, 'list.txt'), 'BM is not enough')
    writeFileSync(join(odd, 'P6 of text'), 'P6 is a chord')
    const found = fid(folder, 'net.yaml', 'generated', 'odd')
    expect(found.fid).toBeCloseTo(52.052624, 5)
    expect(found.images).toEqual([8, 8])
    expect(found.stderr).toContain('odd: 2 files passed over (2 no image): P6 of text, list.txt')
    expect(JSON.parse(found.stdout).leftOut[1].passedOver).toMatchObject({
      files: 2,
      reasons: { 'no image': 2 },
    })
  })

  test('images beside folders of images, or beside a dataset: asked, never one of them silently', () => {
    copyFileSync(join(folder, 'png/0.png'), join(folder, 'people/preview.png'))
    const found = fid(folder, 'net.yaml', 'generated', 'people')
    expect(isOneClearLine(found)).toBe(true)
    expect(found.stderr).toContain(
      'people: the folder holds 1 images (preview.png ..), and images in a; move',
    )
    mkdirSync(join(folder, 'elsewhere'))
    renameSync(join(folder, 'people/preview.png'), join(folder, 'elsewhere/preview.png'))
    expect(fid(folder, 'net.yaml', 'generated', 'people').images).toEqual([8, 8])
  })

  test('links are followed, one back to its own folder is not', () => {
    const linked = join(folder, 'linked')
    mkdirSync(linked)
    for (let i = 0; i < 8; i++) symlinkSync(join(folder, `png/${i}.png`), join(linked, `${i}.png`))
    symlinkSync('.', join(linked, 'again'))
    symlinkSync('/nowhere', join(linked, 'gone'))
    const found = fid(folder, 'net.yaml', 'png', 'linked')
    expect([found.fid, found.images]).toEqual([0, [8, 8]])
    expect(found.stderr).toContain('2 files passed over (1 no file, 1 broken link)')
    symlinkSync('/nowhere', join(linked, '9.png'))
    const broken = fid(folder, 'net.yaml', 'png', 'linked')
    expect(isOneClearLine(broken)).toBe(true)
    expect(broken.stderr).toContain('9.png')
    const skipped = fid(folder, 'net.yaml', 'png', 'linked', '--skip-unreadable')
    expect([skipped.fid, skipped.images]).toEqual([0, [8, 8]])
    expect(skipped.stderr).toContain('1 image left out')
  })
})

const macSidecarFiles = fieldCase('mac-sidecar-files')
describe.skipIf(macSidecarFiles.missing !== undefined)(
  `mac-sidecar-files ${macSidecarFiles.missing ?? ''}`,
  () => {
    let folder = ''
    beforeAll(() => {
      folder = macSidecarFiles.make(scratch)
    })

    test('flat-mac is flat', () => {
      const found = fid(folder, 'net.yaml', 'flat', 'flat-mac')
      expect([found.fid, found.images]).toEqual([0, [8, 8]])
      expect(found.stderr).toMatch(/flat-mac: 10 files passed over \(2 the system's, 8 macOS sidecar\)/)
    })

    test.for(['people', 'people-mac', 'shards', 'shards-mac', 'rec', 'rec-mac'])(
      '%s: 8 features',
      async (set) => {
        expect(await labels(folder, set)).toMatchObject({ features: 8, labels: '0 0 0 0 1 1 1 1' })
      },
    )

    test('a __MACOSX folder is nobody', async () => {
      const inside = join(folder, 'people-mac', '__MACOSX', 'ann')
      mkdirSync(inside, { recursive: true })
      copyFileSync(join(folder, 'people/ann/0.jpg'), join(inside, '0.jpg'))
      expect(await labels(folder, 'people-mac')).toMatchObject({ features: 8, labels: '0 0 0 0 1 1 1 1' })
    })

    test('test-mac: 4 pairs', () => {
      const { pairs, same, different } = JSON.parse(
        cli('datasets', 'inspect', join(folder, 'test-mac'), '--json').stdout,
      )
      expect([pairs, same, different]).toEqual([4, 2, 2])
    })
  },
)

const latin1FileNames = fieldCase('latin1-file-names')
describe.skipIf(latin1FileNames.missing !== undefined || process.platform !== 'linux')(
  `latin1-file-names ${latin1FileNames.missing ?? ''}`,
  () => {
    let folder = ''
    beforeAll(() => {
      folder = latin1FileNames.make(scratch)
    })

    test.for([
      ['people', '0 0 1 1'],
      ['folders', '0 0 1 1'],
      ['utf8', '0 0 0 0 0'],
    ] as const)('%s', async ([set, expected]) => {
      expect((await labels(folder, set)).labels).toBe(expected)
    })

    test('flat: a distance of 0 to plain', () => {
      const found = fid(folder, 'net.yaml', 'plain', 'flat')
      expect([found.fid, found.images]).toEqual([0, [4, 4]])
    })

    test('an image that does not decode is named, its bytes as they are', () => {
      writeFileSync(
        Buffer.concat([Buffer.from(`${folder}/flat/9-`), Buffer.from([0xe9, 0x1b]), Buffer.from('.jpg')]),
        'x',
      )
      const found = fid(folder, 'net.yaml', 'plain', 'flat')
      expect(isOneClearLine(found)).toBe(true)
      expect(found.stderr).toContain('flat/9-\\xe9\\x1b.jpg: the image does not decode')
    })
  },
)

const fidMixedSizes = fieldCase('fid-mixed-sizes', 'torch', 'cv2')
describe.skipIf(fidMixedSizes.missing !== undefined)(`fid-mixed-sizes ${fidMixedSizes.missing ?? ''}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = fidMixedSizes.make(scratch)
  })

  test('each image is resized by itself', () => {
    expect(fid(folder, 'bilinear.yaml', 'ready', 'mixed').fid).toBeCloseTo(51.809138, 4)
  })

  test('without resizing, the first image of another size is named', () => {
    const found = fid(folder, 'net.yaml', 'ready', 'mixed')
    expect(isOneClearLine(found)).toBe(true)
    expect(found.stderr).toContain('mixed/1.png: the image is 224x224 pixels, the network takes 112x112')
  })

  test('grey, palette, 16 bits, transparency, one bit', () => {
    expect(fid(folder, 'net.yaml', 'modes-rgb', 'modes').fid).toBe(0)
  })
})

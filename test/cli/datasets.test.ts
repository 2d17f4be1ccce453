import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { registerDatasets } from '../../src/cli/datasets.js'
import { DATASET_FORMATS, type DatasetFormat, datasetFormat } from '../../src/datasets/formats.js'
import { generateDataset } from '../../src/generate/generate-dataset.js'
import { silent } from '../../src/progress.js'
import { smallRequest } from '../generate/generation-inputs.js'
import { scratchFolder } from '../scratch.js'
import { encodePairPickle } from '../test-sets/pair-pickle.js'

const folder = scratchFolder()
const image = await sharp({ create: { width: 112, height: 112, channels: 3, background: '#246' } })
  .jpeg()
  .toBuffer()

/** Runs `datasets inspect` and gives what it wrote to stdout; a thrown error ends it. */
async function inspect(...args: string[]): Promise<string> {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const program = new Command()
    await registerDatasets(program)
    await program.parseAsync(['datasets', 'inspect', ...args], { from: 'user' })
    return stdout.mock.calls.map(([text]) => text).join('')
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
  }
}

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const images = Array<Uint8Array>(6).fill(image)
const bin = await put('set.bin', encodePairPickle(images, [true, true, false]))

test('says in lines what a set holds', async () => {
  const text = await inspect(bin)
  expect(text).toMatch(/^set\n {2}format +insightface-bin\n {2}pairs +3 \(2 same, 1 different\)\n/)
  expect(text).toMatch(/folds +none given by the data\n {2}images +6\n {2}image sizes +112x112 \(6\)\n/)
  expect(text).toMatch(/broken images +0\n {2}fingerprint +[0-9a-f]{64}\n$/)
})

test("folds of the data, and a list's images in another folder", async () => {
  await put('a.jpg', image)
  const rows = ['1', '1', '4'].map((fold) => `a.jpg,a.jpg,1,${fold}`)
  const lists = join(folder, 'lists')
  await mkdir(lists)
  const list = join(lists, 'list.csv')
  await writeFile(list, ['image_1,image_2,same,fold', ...rows].join('\n'))
  expect(await inspect(list, '--images', folder)).toMatch(/folds +2 given by the data, 1 to 2 pairs each\n/)
  await expect(inspect(list)).rejects.toThrow('name the image folder with --images')
})

test('--json prints one object, --contact-sheet draws a PNG', async () => {
  const sheet = join(folder, 'sheet.png')
  expect(JSON.parse(await inspect(bin, '--json', '--contact-sheet', sheet))).toMatchObject({
    pairs: 3,
    broken: { images: 0, messages: [] },
  })
  expect((await stat(sheet)).size).toBeGreaterThan(1000)
})

test('a training dataset is looked into, too', async () => {
  const faces = join(folder, 'faces')
  for (const [identity, count] of [
    ['ann', 3],
    ['bob', 1],
  ] as const) {
    await mkdir(join(faces, identity), { recursive: true })
    for (let i = 0; i < count; i++) await put(`faces/${identity}/${i}.jpg`, image)
  }
  await put('faces/bob/broken.jpg', image.subarray(0, 200))
  const sheet = join(folder, 'faces.png')
  const text = await inspect(faces, '--quiet')
  expect(text).toMatch(
    /format +folder, a training dataset\n {2}identities +2\n {2}images each +2 to 3, median 3\n/,
  )
  expect(text).toMatch(/images +5\n {2}image sizes +112x112 \(4\)\n {2}broken images +1\n/)
  await put('faces/bob/broken.jpg', image)
  expect(JSON.parse(await inspect(faces, '--json', '--contact-sheet', sheet))).toMatchObject({
    identities: 2,
    images: 5,
    broken: { images: 0 },
  })
  expect((await stat(sheet)).size).toBeGreaterThan(1000)
})

/** Two identities of two images in a form; the path that its users name. */
async function written(format: DatasetFormat): Promise<string[]> {
  const { outputName, create } = datasetFormat(format)
  const path = join(folder, `written-${format}`, outputName)
  await mkdir(join(path, '..'), { recursive: true })
  const writer = await create(path)
  for (const [identity, number] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])
    await writer.write({ identity, image: number, bytes: image })
  await writer.close()
  const inside = (await stat(path)).isDirectory() && format !== 'folder' ? await readdir(path) : []
  return [path, ...inside.filter((name) => /\.(rec|tar)$/.test(name)).map((name) => join(path, name))]
}

test.each(DATASET_FORMATS)(
  'a training dataset is one in the form %s, by its folder or by its file',
  async (format) => {
    for (const path of await written(format)) {
      const text = await inspect(path, '--quiet')
      expect(text, path).toMatch(new RegExp(`format +${format}, a training dataset\\n {2}identities +2\\n`))
      expect(text, path).toMatch(/images each +2\n {2}images +4\n {2}image sizes +112x112 \(4\)\n/)
    }
  },
)

test('so is what generate dataset wrote', async () => {
  const out = join(folder, 'generated')
  const request = { ...(await smallRequest(folder)), imagesPerIdentity: 2 }
  await generateDataset(request, out, { formats: ['lmdb'], threads: 1, progress: silent })
  expect(await inspect(out, '--quiet')).toMatch(/format +lmdb, a training dataset\n {2}identities +7\n/)
})

test('what is neither is told why it is none of the two', async () => {
  const empty = join(folder, 'empty')
  await mkdir(empty)
  await expect(inspect(empty)).rejects.toThrow(
    /empty: neither a test set \(the folder holds no test set\) nor a training dataset \(/,
  )
})

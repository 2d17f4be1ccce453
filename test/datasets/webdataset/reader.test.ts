import { createWriteStream } from 'node:fs'
import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Header, pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { openDataset } from '../../../src/datasets/open-dataset.js'
import { WebDatasetReader } from '../../../src/datasets/webdataset/reader.js'
import { InputError } from '../../../src/errors.js'
import { temporaryFolder } from '../../scratch.js'
import { collect } from '../training-records.js'

type Member = [name: string, body: string, header?: Partial<Header>]

async function archive(...members: Member[]): Promise<string> {
  const path = join(await temporaryFolder(), 'x.tar')
  const tar = pack()
  for (const [name, body, header] of members) tar.entry({ name, ...header }, body)
  tar.finalize()
  await pipeline(tar, createWriteStream(path))
  return path
}

async function read(path: string): Promise<[identity: number, image: number, text: string][]> {
  const records = await collect(new WebDatasetReader(path, [path]))
  return records.map(({ identity, image, bytes }) => [identity, image, Buffer.from(bytes).toString()])
}

describe('samples', () => {
  test('in folders, in either order, with other members between', async () => {
    const path = await archive(
      ['README', 'about'],
      ['a/1.cls', '4\n'],
      ['a/1.jpg', 'one'],
      ['a/2.png', 'two'],
      ['a/2.seg.png', 'a mask'],
      ['a/2.cls', '4'],
      ['b/1.JPG', 'three'],
      ['b/1.cls', ' 0 '],
      ['b/9.cls', '3'],
    )
    expect(await read(path)).toEqual([
      [4, 0, 'one'],
      [4, 1, 'two'],
      [0, 0, 'three'],
    ])
  })

  test.each(['label', 'cls', 'class', 'identity'])("labels in JSON under '%s'", async (name) => {
    const path = await archive(['1.jpg', 'one'], ['1.json', JSON.stringify({ [name]: 7, age: 'x' })])
    expect(await read(path)).toEqual([[7, 0, 'one']])
  })

  test('a .cls counts before what a .json says', async () => {
    const path = await archive(['1.jpg', 'one'], ['1.json', '{"label": 7}'], ['1.cls', '8'])
    expect(await read(path)).toEqual([[8, 0, 'one']])
    const other = await archive(['1.cls', '8'], ['1.jpg', 'one'], ['1.json', '{"label": 7}'])
    expect(await read(other)).toEqual([[8, 0, 'one']])
  })

  test('names that lead out of the archive are names only: nothing is written anywhere', async () => {
    const path = await archive(
      ['../../evil.jpg', 'one'],
      ['../../evil.cls', '1'],
      ['/etc/evil.jpg', 'two'],
      ['/etc/evil.cls', '2'],
    )
    const folder = join(path, '..')
    expect(await read(path)).toEqual([
      [1, 0, 'one'],
      [2, 0, 'two'],
    ])
    expect(await readdir(folder)).toEqual(['x.tar'])
  })

  test('links are passed over', async () => {
    const path = await archive(
      ['1.jpg', '', { type: 'symlink', linkname: '/etc/passwd' }],
      ['1.cls', '1'],
      ['2.jpg', 'two'],
      ['2.cls', '1'],
    )
    expect(await read(path)).toEqual([[1, 0, 'two']])
  })
})

describe('what is wrong is told', () => {
  test.each<[string, Member[], string]>([
    ['an image without a label', [['a.jpg', 'x']], 'a has no label'],
    [
      'a label that is a word',
      [
        ['a.cls', 'cat'],
        ['a.jpg', 'x'],
      ],
      'not a whole number',
    ],
    [
      'a label below zero',
      [
        ['a.cls', '-1'],
        ['a.jpg', 'x'],
      ],
      'not a whole number',
    ],
    [
      'a JSON label that is a word',
      [
        ['a.json', '{"label": "cat"}'],
        ['a.jpg', 'x'],
      ],
      'not a whole number',
    ],
    [
      'JSON that is none',
      [
        ['a.json', '{'],
        ['a.jpg', 'x'],
      ],
      'a has no label',
    ],
    ['no image at all', [['a.cls', '1']], 'hold no images'],
    ['a label of megabytes', [['a.cls', '1'.repeat(2 ** 20 + 1)]], 'more than the 1048576'],
  ])('%s', async (_, members, message) => {
    const path = await archive(...members)
    await expect(read(path)).rejects.toThrow(InputError)
    await expect(read(path)).rejects.toThrow(message)
  })

  test('an archive cut in a member, between members, or in its header', async () => {
    const path = await archive(['1.jpg', 'x'.repeat(2000)], ['1.cls', '1'], ['2.jpg', 'y'], ['2.cls', '1'])
    const whole = (await readFile(path)).length
    for (const size of [100, 700, 3072, 3584, whole - 1024, whole - 1500]) {
      await truncate(path, size)
      await expect(read(path), `${size} bytes`).rejects.toThrow(InputError)
      await expect(openDataset(path).then(collect), `${size} bytes`).rejects.toThrow(InputError)
    }
  })
})

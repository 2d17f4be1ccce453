import { mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ImageFolderReader } from '../../../src/datasets/image-folder/reader.js'
import { ImageFolderWriter } from '../../../src/datasets/image-folder/writer.js'
import { InputError } from '../../../src/errors.js'
import { temporaryFolder } from '../../scratch.js'
import { collect, jpegs, writeDataset } from '../training-records.js'

async function files(...names: string[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), name)
  }
  return folder
}

async function names(path: string): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = []
  const reader = await ImageFolderReader.open(path)
  for await (const record of reader.records()) seen.push(`${record.identity}.${record.image} ${record.name}`)
  return seen
}

describe('reading', () => {
  test('folders are identities in natural order, and so are their images', async () => {
    const folder = await files(
      '10/1.jpg',
      '2/10.png',
      '2/9.JPEG',
      'a/b.webp',
      '2/.hidden.jpg',
      '2/notes.txt',
      '.git/x.jpg',
      'top.jpg',
    )
    const reader = await ImageFolderReader.open(folder)
    expect(reader).toMatchObject({
      identityCount: 3,
      identityNames: ['2', '10', 'a'],
      grouped: true,
      format: 'folder',
    })
    expect(await names(folder)).toEqual(['0.0 2/9.JPEG', '0.1 2/10.png', '1.0 10/1.jpg', '2.0 a/b.webp'])
  })

  test('links to folders and images are followed', async () => {
    const folder = await files('a/1.jpg')
    const elsewhere = await files('b/2.jpg', '3.jpg')
    await symlink(join(elsewhere, 'b'), join(folder, 'b'))
    await symlink(join(elsewhere, '3.jpg'), join(folder, 'a', '3.jpg'))
    expect(await names(folder)).toEqual(['0.0 a/1.jpg', '0.1 a/3.jpg', '1.0 b/2.jpg'])
  })

  test('a folder without images keeps its label', async () => {
    const folder = await files('a/1.jpg', 'b/readme.txt', 'c/1.jpg')
    expect(await names(folder)).toEqual(['0.0 a/1.jpg', '2.0 c/1.jpg'])
  })

  test.each([
    ['images without folders', ['1.jpg'], 'no subfolders'],
    ['folders of folders of images', ['train/a/1.jpg'], 'none of the subfolders holds images'],
  ])('%s: told what is expected', async (_, paths, message) => {
    const folder = await files(...paths)
    await expect(names(folder)).rejects.toThrow(message)
  })

  test('an image that is empty, or too large to be one, is named', async () => {
    const empty = await files('a/1.jpg')
    await truncate(join(empty, 'a/1.jpg'), 0)
    await expect(names(empty)).rejects.toThrow(
      /1\.jpg: the image file is empty; remove or replace 1\.jpg, or leave it out \(--skip-unreadable/,
    )
    const large = await files('a/1.jpg')
    await truncate(join(large, 'a/1.jpg'), 2 ** 33)
    await expect(names(large)).rejects.toThrow('8589934592 bytes')
  })

  test('a link that leads nowhere is named', async () => {
    const folder = await files('a/1.jpg')
    await symlink('/nowhere', join(folder, 'b'))
    await expect(names(folder)).rejects.toThrow(InputError)
  })
})

describe('writing', () => {
  test('six digits of the identity, three of the image', async () => {
    const path = await writeDataset('folder', await temporaryFolder(), await jpegs(2, 2))
    expect(await readdir(path)).toEqual(['000000', '000001'])
    expect(await readdir(join(path, '000001'))).toEqual(['000.jpg', '001.jpg'])
  })

  test('numbers that need more digits have them, and a PNG is called one', async () => {
    const path = await temporaryFolder()
    const writer = await ImageFolderWriter.create(path)
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47)
    const records = [999, 1000].map((image) => ({ identity: 1_234_567, image, bytes: png }))
    for (const record of records) await writer.write(record)
    await writer.close()
    expect(await names(path)).toEqual(['0.0 1234567/999.png', '0.1 1234567/1000.png'])
    expect((await collect(await ImageFolderReader.open(path)))[0].bytes).toEqual(png)
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ImageFinder } from '../../src/test-sets/image-finder.js'
import { temporaryFolder } from '../scratch.js'

async function folderOf(...names: string[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
  return folder
}

const NFC = 'Jos\u00e9'
const NFD = 'Jose\u0301'

describe('an image of a list is found', () => {
  test.for([
    ['composed in the list, decomposed on the disk', `${NFC}/${NFC}_0001.jpg`, `${NFD}/${NFD}_0001.jpg`],
    ['decomposed in the list, composed on the disk', `${NFD}/1.jpg`, `${NFC}/1.jpg`],
    ['an ending in other letters', 'a/1.jpg', 'a/1.JPG'],
  ] as const)('%s', async ([, wanted, there]) => {
    const folder = await folderOf(there)
    expect(await new ImageFinder(folder).find(wanted)).toEqual({
      name: there,
      path: join(folder, there),
    })
  })

  test('a name that is there before one that is composed differently', async () => {
    const folder = await folderOf(`${NFC}.jpg`, `${NFD}.jpg`)
    const finder = new ImageFinder(folder)
    expect((await finder.find(`${NFC}.jpg`))?.path).toBe(join(folder, `${NFC}.jpg`))
    expect((await finder.find(`${NFD}.jpg`))?.path).toBe(join(folder, `${NFD}.jpg`))
  })

  test.skipIf(process.platform !== 'linux')('bytes of ISO-8859-1 on the disk', async () => {
    const folder = await folderOf()
    const path = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.jpg')])
    writeFileSync(path, 'x')
    const found = await new ImageFinder(folder).find('caf\u00e9.jpg')
    expect(found?.name).toBe('caf\\xe9.jpg')
    expect(Buffer.from(found?.path ?? '').equals(path)).toBe(true)
  })

  test('another ending of an image; two that could be meant are refused', async () => {
    const folder = await folderOf('a/1.png', 'a/2.png', 'a/2.tif', 'a/3.txt')
    const finder = new ImageFinder(folder)
    expect((await finder.find('a/1.jpg'))?.name).toBe('a/1.png')
    expect(await finder.find('a/3.jpg')).toBeUndefined()
    await expect(finder.find('a/2.jpg')).rejects.toThrow("'a/2.jpg' of the list could be 2.png or 2.tif")
  })
})

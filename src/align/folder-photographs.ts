import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type FilePath, shownPath } from '../bytes/file-name.js'
import { InputError } from '../errors.js'
import { listImages } from '../images/image-listing.js'
import { PassedOverFiles } from '../images/passed-over.js'
import { cropNames } from './crop-names.js'
import type { Photograph, Photographs } from './photographs.js'

/**
 * All photographs in a folder and those below it, folder by folder. It is listed once to count them, once to read them.
 * @param out the folder of the crops, which is no input, wherever it lies
 * @throws InputError where there are none, or two would have one crop
 */
export async function folderPhotographs(folder: string, out: string, apart: boolean): Promise<Photographs> {
  const passedOver = new PassedOverFiles()
  const hash = createHash('sha256')
  let count = 0
  for await (const { folder: inside, photographs } of walk(folder, '', resolve(out), apart, passedOver)) {
    for (const { name, path } of photographs) {
      hash.update(`${JSON.stringify([name, await sizeAndTime(path ?? inside)])}\n`)
      count++
    }
  }
  const passed = passedOver.describe()
  if (count === 0)
    throw new InputError(
      `the folder holds no photographs${passed === undefined ? '' : ` (${passed})`}`,
      folder,
      'name a folder of images, a pair list or a dataset',
    )
  return {
    where: folder,
    count,
    key: hash.digest('hex'),
    notes: passed === undefined ? [] : [`${folder}: ${passed}`],
    async *read() {
      for await (const { photographs } of walk(folder, '', resolve(out), apart)) yield* photographs
    },
    close: async () => {},
  }
}

/** What tells whether a file is still the same without reading it. */
export async function sizeAndTime(path: FilePath): Promise<readonly number[]> {
  return stat(path).then(
    ({ size, mtimeMs }) => [size, mtimeMs],
    () => [],
  )
}

/** The photographs of each folder, those above first. */
async function* walk(
  folder: FilePath,
  prefix: string,
  out: string,
  apart: boolean,
  passedOver?: PassedOverFiles,
): AsyncGenerator<{ readonly folder: FilePath; readonly photographs: readonly Photograph[] }> {
  const listing = await listImages(folder)
  for (const { name, reason } of listing.passedOver) passedOver?.add({ name: `${prefix}${name}`, reason })
  for (const { name } of listing.brokenLinks)
    passedOver?.add({ name: `${prefix}${name}`, reason: 'broken link' })
  const names = listing.images.map(({ name }) => `${prefix}${name}`)
  const crops = cropNames(names, apart, shownPath(folder))
  const photographs = listing.images.map(({ path }, i) => ({ name: names[i], crop: crops[i], path }))
  if (photographs.length > 0) yield { folder, photographs }
  for (const { name, path } of listing.folders) {
    if (resolve(shownPath(path)) !== out) yield* walk(path, `${prefix}${name}/`, out, apart, passedOver)
  }
}

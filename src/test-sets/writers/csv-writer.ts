import { stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type Papa from 'papaparse'
import { createFolder, writeDurably } from '../../bytes/files.js'
import { asInputError } from '../../errors.js'
import { imageEnding } from '../../images/image-type.js'
import { encodePng } from '../../images/png.js'
import { onDemand } from '../../on-demand.js'
import { lookAhead } from '../../threads/look-ahead.js'
import { CSV_COLUMNS } from '../csv-pairs.js'
import type { TestSet } from '../test-set.js'
import type { PairWriter, WritePairsOptions } from './pair-writer.js'

const papa = onDemand<typeof Papa>('papaparse')

const AHEAD = 8

/** A list of pairs over files: `pairs.csv`, with folds where the set has some, and `images/`. */
export const csvWriter: PairWriter<'csv'> = {
  id: 'csv',
  hint: 'a folder with pairs.csv (and folds, where there are) over images/',
  async write(set: TestSet, path: string, { progress }: WritePairsOptions): Promise<void> {
    const folder = join(path, 'images')
    const names: string[] = []
    progress.start(`Writing ${path}`, set.imageCount, 'images')
    function* jobs() {
      for (let index = 0; index < set.imageCount; index++) yield () => set.read(index)
    }
    try {
      await createFolder(folder)
      for await (const image of lookAhead(jobs(), AHEAD)) {
        const bytes = image.kind === 'encoded' ? image.bytes : encodePng(image)
        const index = names.length
        // What a list names keeps its name; images of an archive have none.
        const listed = set.imageName(index)
        const name = listed.includes('#')
          ? `${String(index).padStart(String(set.imageCount - 1).length, '0')}.${imageEnding(bytes)}`
          : listed
        await put(join(folder, name), bytes)
        names.push(name)
        progress.update(names.length)
      }
      await writeDurably(join(path, 'pairs.csv'), list(set, names))
    } catch (error) {
      throw asInputError(error, path)
    } finally {
      progress.stop()
    }
  },
}

/** Writes a file unless an interrupted run has. */
async function put(path: string, bytes: Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  if (there?.size === bytes.length) return
  await createFolder(dirname(path))
  await writeFile(path, bytes)
}

function list({ pairs, folds }: TestSet, names: readonly string[]): string {
  const { first, second, same } = pairs
  const fields = [CSV_COLUMNS.first[0], CSV_COLUMNS.second[0], CSV_COLUMNS.same[0]]
  const rows = Array.from(same, (label, i) => [
    names[first[i]],
    names[second[i]],
    label,
    ...(folds === undefined ? [] : [folds[i]]),
  ])
  const head = folds === undefined ? fields : [...fields, CSV_COLUMNS.fold[0]]
  return `${papa().unparse({ fields: head, data: rows }, { newline: '\n' })}\n`
}

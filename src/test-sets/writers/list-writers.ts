import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createFolder, writeDurably } from '../../bytes/files.js'
import { asInputError } from '../../errors.js'
import { imageEnding } from '../../images/image-type.js'
import { lookAhead } from '../../threads/look-ahead.js'
import { DOPPELVER_COLUMNS } from '../doppelver.js'
import type { TestSet } from '../test-set.js'
import { encodedBytes, foldsLost, orderOfPairs } from './ordered-pairs.js'
import type { PairWriter } from './pair-writer.js'
import { type PersonImage, peopleOfPairs } from './people-of-pairs.js'

const AHEAD = 8
const FOLDS = 10

/** An image of a list that is written. */
interface ListedImage extends PersonImage {
  /** in the person's folder */
  readonly file: string
}

/** A form of list: its text from a set, whose images are by now in folders of people. */
interface ListForm<Id extends string> {
  readonly id: Id
  readonly hint: string
  readonly file: string
  text(set: TestSet, images: readonly ListedImage[]): string
  /** what the list can't say of the set's folds */
  lost(set: TestSet): string | undefined
}

function listWriter<Id extends string>({ id, hint, file, text, lost }: ListForm<Id>): PairWriter<Id> {
  return {
    id,
    hint,
    async write(set, path, { progress, note }) {
      const people = peopleOfPairs(set)
      const said = lost(set)
      if (said !== undefined) note(said)
      if (set.subjectOf === undefined)
        note(`${set.name}: it names no people; those whom its pairs call one are person_1, person_2 ..`)
      const images: ListedImage[] = []
      progress.start(`Writing ${path}`, set.imageCount, 'images')
      function* jobs() {
        for (let index = 0; index < set.imageCount; index++)
          yield async () => (await encodedBytes(await set.read(index), set.name)).bytes
      }
      try {
        for await (const bytes of lookAhead(jobs(), AHEAD)) {
          const { person, number } = people[images.length]
          const name = `${person}_${String(number).padStart(4, '0')}.${imageEnding(bytes)}`
          const target = join(path, 'images', person, name)
          await createFolder(dirname(target))
          await writeFile(target, bytes)
          images.push({ person, number, file: name })
          progress.update(images.length)
        }
        await writeDurably(join(path, file), text(set, images))
      } catch (error) {
        throw asInputError(error, path)
      } finally {
        progress.stop()
      }
    },
  }
}

/** `300` where each fold has as many same as different pairs, and all folds as many as each other; else undefined. */
function halfOfFold({ pairs: { same } }: TestSet, foldOf: Uint16Array): number | undefined {
  const counts = new Map<number, [different: number, same: number]>()
  same.forEach((label, pair) => {
    const count = counts.get(foldOf[pair]) ?? [0, 0]
    count[label]++
    counts.set(foldOf[pair], count)
  })
  const [[half] = [0]] = counts.values()
  const equal = [...counts.values()].every(([a, b]) => a === half && b === half)
  return equal && half > 0 ? half : undefined
}

/** The folds of the pairs; ten consecutive ones, as a verification takes, where the set has none. */
function foldOfPairs({ folds, pairs: { same } }: TestSet): Uint16Array {
  if (folds !== undefined) return folds
  const [least, more] = [Math.floor(same.length / FOLDS), same.length % FOLDS]
  const sizes = Array.from({ length: FOLDS }, (_, fold) => least + (fold < more ? 1 : 0))
  return Uint16Array.from(sizes.flatMap((size, fold) => Array.from({ length: size }, () => fold)))
}

/** LFW's `pairs.txt`; with the first line of numbers where folds are as LFW's. */
export const lfwWriter = listWriter({
  id: 'lfw',
  hint: "a folder with pairs.txt as LFW's over images/NAME/NAME_0001.jpg",
  file: 'pairs.txt',
  lost: (set) => (halfOfFold(set, foldOfPairs(set)) === undefined ? foldsLost(set) : undefined),
  text(set, images) {
    const { first, second, same } = set.pairs
    const foldOf = foldOfPairs(set)
    const half = halfOfFold(set, foldOf)
    const order =
      half === undefined
        ? orderOfPairs(set)
        : [...same.keys()].sort((a, b) => foldOf[a] - foldOf[b] || same[b] - same[a] || a - b)
    const lines = order.map((pair) => {
      const [a, b] = [images[first[pair]], images[second[pair]]]
      const cells =
        same[pair] === 1 ? [a.person, a.number, b.number] : [a.person, a.number, b.person, b.number]
      return cells.join('\t')
    })
    const head = half === undefined ? [] : [`${new Set(foldOf).size}\t${half}`]
    return `${[...head, ...lines].join('\n')}\n`
  },
})

/** SLLFW's list: two lines a pair, folds are consecutive. */
export const sllfwWriter = listWriter({
  id: 'sllfw',
  hint: "a folder with pair_SLLFW.txt as SLLFW's over images/",
  file: 'pair_SLLFW.txt',
  lost: foldsLost,
  text(set, images) {
    const { first, second } = set.pairs
    const lines = orderOfPairs(set).flatMap((pair) => [images[first[pair]], images[second[pair]]])
    return lines.map(({ person, file }) => `${person}/${file}\n`).join('')
  },
})

/** DoppelVer's CSV, which keeps all folds. */
export const doppelverWriter = listWriter({
  id: 'doppelver',
  hint: "a folder with pairs.csv as DoppelVer's over images/",
  file: 'pairs.csv',
  lost: () => undefined,
  text(set, images) {
    const { first, second, same } = set.pairs
    const foldOf = foldOfPairs(set)
    const rows = Array.from(same, (label, pair) => {
      const [a, b] = [images[first[pair]], images[second[pair]]]
      return [pair, a.person, a.file, b.person, b.file, label, foldOf[pair]].join(',')
    })
    return `${[['ID', ...DOPPELVER_COLUMNS].join(','), ...rows].join('\n')}\n`
  },
})

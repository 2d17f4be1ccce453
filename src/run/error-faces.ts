import { drawContactSheet, type SheetCell } from '../images/contact-sheet.js'
import { unpackFloat32, unpackUint8, unpackUint16 } from '../results/packing.js'
import type { PairsEvaluation, Picture } from '../results/schema.js'
import type { TestSet } from '../test-sets/test-set.js'

/** Pairs of each kind of error that are shown, and how many stand in a row. */
const SHOWN = 6
const PAIRS_A_ROW = 3

interface WrongPair {
  readonly pair: number
  readonly fold: number
  readonly distance: number
  /** how far beyond its fold's threshold */
  readonly beyond: number
}

/** The pairs of a label that were decided wrongly, those furthest beyond their threshold first. */
function worstOf(
  { distances, correct, foldOf, folds }: PairsEvaluation,
  same: Uint8Array,
  label: number,
): WrongPair[] {
  const [far, right, fold] = [unpackFloat32(distances), unpackUint8(correct), unpackUint16(foldOf)]
  return [...same.keys()]
    .filter((pair) => same[pair] === label && right[pair] === 0)
    .map((pair) => ({
      ...{ pair, fold: fold[pair], distance: far[pair] },
      beyond: Math.abs(far[pair] - folds[fold[pair]].threshold),
    }))
    .sort((a, b) => b.beyond - a.beyond || a.pair - b.pair)
}

/**
 * The worst errors of an evaluation as pictures: different people taken for one, one person taken for two; each pair with
 * its distance and its fold. None where there is no error. @throws InputError where an image can't be read
 */
export async function errorFaces(
  testSet: Pick<TestSet, 'pairs' | 'read' | 'imageName'>,
  evaluation: PairsEvaluation,
): Promise<Picture[]> {
  const pictures: Picture[] = []
  for (const [label, title, what] of [
    [0, 'Worst false accepts', 'Different people taken for one'],
    [1, 'Worst false rejects', 'One person taken for two'],
  ] as const) {
    const wrong = worstOf(evaluation, testSet.pairs.same, label)
    if (wrong.length === 0) continue
    const shown = wrong.slice(0, SHOWN)
    const cells = (await Promise.all(shown.map((one) => cellsOf(testSet, one)))).flat()
    const columns = 2 * Math.min(shown.length, PAIRS_A_ROW)
    const data = await drawContactSheet(cells, { columns, gapBefore: [2, 4] }, title, 'jpeg')
    pictures.push({
      title: `${title}: ${evaluation.model} on ${evaluation.testSet}`,
      caption: `${what}: ${shown.length} of ${wrong.length.toLocaleString('en')} pairs, furthest beyond the threshold first.`,
      type: 'image/jpeg',
      data: data.toString('base64'),
    })
  }
  return pictures
}

/** Both images of a pair. */
async function cellsOf(
  { pairs, read, imageName }: Pick<TestSet, 'pairs' | 'read' | 'imageName'>,
  { pair, fold, distance }: WrongPair,
): Promise<SheetCell[]> {
  const [first, second] = [pairs.first[pair], pairs.second[pair]]
  return [
    { image: await read(first), name: imageName(first), caption: `distance ${distance.toFixed(3)}` },
    { image: await read(second), name: imageName(second), caption: `fold ${fold + 1}, pair ${pair}` },
  ]
}

import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { Evaluation } from '../results/schema.js'
import type { DescribedTestSet, Identified } from '../run/described.js'
import { wrapWords } from './fitted-columns.js'
import { foldColumns } from './folded-columns.js'

/** A verification as `verify --json` prints it: what a script wants, without the packed pairs. */
export function toJson(
  result: Evaluation,
  testSets: readonly Identified<DescribedTestSet>[],
  models: readonly Identified<Model<RecogniserDescriptor>>[],
) {
  const { model, testSet, distances: _d, correct: _c, foldOf, faces: _f, ...shown } = result
  return {
    model,
    testSet,
    pairs: Buffer.from(foldOf, 'base64').length / 2,
    ...shown,
    modelSha256: models.find(({ id }) => id === model)?.value.sha256 ?? null,
    testSetFingerprint: testSets.find(({ id }) => id === testSet)?.value.fingerprint ?? null,
  }
}

const percent = (value: number): string => (value * 100).toFixed(2)

/** Verifications as a table for a terminal: a line of heads, and the rest. @param width in characters: no line is longer */
export function toTable(results: readonly Evaluation[], width = Number.MAX_SAFE_INTEGER): string[] {
  const fars = results[0]?.tarAtFar.map(({ far }) => `TAR at ${far}`) ?? []
  const lines = foldColumns(
    [
      ['recogniser', 'test set', 'accuracy %', 'std', '95 % interval', 'AUC', 'EER %', ...fars],
      ...results.map((result) => [
        result.model,
        result.testSet,
        percent(result.accuracy),
        percent(result.std),
        `${percent(result.interval.low)} - ${percent(result.interval.high)}`,
        result.auc.toFixed(5),
        percent(result.eer),
        ...result.tarAtFar.map(({ tar, resolved }) => `${percent(tar)}${resolved ? '' : '*'}`),
      ]),
    ],
    2,
    width,
  )
  const unresolved = results.some(({ tarAtFar }) => tarAtFar.some(({ resolved }) => !resolved))
  const notes = [
    ...protocolLines(results),
    ...(unresolved ? ['* too few different pairs to resolve this rate: no false accept was allowed'] : []),
  ]
  return [...lines, ...notes.flatMap((note) => wrapWords(note, width))]
}

/** How pairs were decided, once where that is the same for all. */
function protocolLines(results: readonly Evaluation[]): string[] {
  const said = results.map(({ protocol, interval }) => {
    const { folds, givenFolds, flip, fusion, distance, subtractMean, seed } = protocol
    return [
      `${folds} folds${givenFolds ? '' : ', given ones ignored'}`,
      flip ? `mirrored images too (${fusion})` : 'no mirrored images',
      `${distance} distance`,
      ...(subtractMean === false ? [] : [`mean subtracted as ${subtractMean}`]),
      `intervals from ${interval.resamples} halves, seed ${seed}`,
    ].join(', ')
  })
  if (new Set(said).size === 1) return [`protocol: ${said[0]}`]
  const lines = results.map(({ model, testSet }, i) => {
    const isOne = results.every((other, j) => other.model !== model || said[j] === said[i])
    return `protocol of ${model}${isOne ? '' : ` on ${testSet}`}: ${said[i]}`
  })
  return [...new Set(lines)]
}

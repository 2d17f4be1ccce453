import { basename, extname } from 'node:path'
import { splitArrayName } from '../arrays/npz-array.js'
import { openRows } from '../arrays/open-rows.js'
import { sha256, sha256OfFile } from '../bytes/hashing.js'
import type { Doubts } from '../doubts/doubts.js'
import { featureDoubts } from '../doubts/feature-doubts.js'
import { pairDoubts } from '../doubts/pair-doubts.js'
import { InputError } from '../errors.js'
import { readFeatures } from '../features/feature-file.js'
import type { PairsEvaluation } from '../results/schema.js'
import type { DescribedTestSet, Identified } from '../run/described.js'
import { distinctIds } from '../run/distinct-ids.js'
import { type ResolvedProtocol, requireBothKinds, verifyFeatures } from '../run/verify-models.js'
import { readPairLabels } from '../test-sets/pair-labels.js'
import { log } from './output.js'

/**
 * Verifies features that were computed elsewhere on the pairs of test sets.
 * @throws InputError where rows and pairs don't fit, or a feature holds NaN or is zero
 */
export async function verifyGivenFeatures(
  files: readonly string[],
  testSets: readonly Identified<DescribedTestSet>[],
  protocol: ResolvedProtocol,
  doubts: Doubts,
): Promise<PairsEvaluation[]> {
  const results: PairsEvaluation[] = []
  const ids = distinctIds(files.map((path) => ({ name: basename(path, extname(path)), path })))
  for (const [i, file] of files.entries()) {
    const { rows, columns, data } = await readFeatures(file, log)
    const featuresSha256 = await sha256OfFeatures(file)
    const alike = doubts.add(
      featureDoubts(ids[i], 'its images', { images: rows, size: columns, plain: data }),
    )
    if (testSets.length === 0)
      throw new InputError('no labels for the features', file, 'give --labels FILE or --pairs PATH')
    for (const set of testSets) {
      const { pairs, folds } = set.value
      const images =
        pairs.first.reduce((most, index, pair) => Math.max(most, index, pairs.second[pair]), -1) + 1
      if (images !== rows) {
        throw new InputError(
          `${rows} features, the pairs of ${set.id} are of ${images} images`,
          file,
          'give one row an image, in the order of the pairs',
        )
      }
      requireBothKinds(pairs.same, set.id, protocol.folds)
      const named = {
        pairs,
        ...(folds !== undefined && { folds }),
        imageName: (image: number) => `${file}: row ${image}`,
      }
      const features = { images: rows, size: columns, plain: data }
      results.push({
        ...verifyFeatures({ model: ids[i], testSet: { id: set.id, value: named } }, features, protocol),
        featuresSha256,
        doubts: [
          ...doubts.add(
            pairDoubts({ ...set.value, ...pairs, leftOut: set.value.leftOut?.pairs, demo: false }),
          ),
          ...alike,
        ],
      })
    }
  }
  return results
}

/** What tells features from others: their file's hash and, of several arrays in it, the name of theirs. */
async function sha256OfFeatures(path: string): Promise<string> {
  const { file, array } = await splitArrayName(path)
  const hash = await sha256OfFile(file)
  return array === undefined ? hash : sha256(`${hash}:${array}`)
}

/**
 * Labels as a test set whose pairs are consecutive rows.
 * @param features a file with two rows a pair, which tells a label from a header that looks like one
 * @throws InputError where they are none
 */
export async function labelledPairs(file: string, features: string): Promise<Identified<DescribedTestSet>> {
  const rows = await openRows(features)
  await rows.close()
  const same = await readPairLabels(file, rows.rows / 2, log)
  const name = basename(file, extname(file))
  return {
    id: name,
    value: {
      name,
      format: 'labels',
      imageCount: 2 * same.length,
      fingerprint: sha256(same),
      pairs: {
        first: Uint32Array.from(same, (_, pair) => 2 * pair),
        second: Uint32Array.from(same, (_, pair) => 2 * pair + 1),
        same,
      },
    },
  }
}

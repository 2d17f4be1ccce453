import { basename, extname } from 'node:path'
import { InputError } from '../errors.js'
import { readFeatures, readPairLabels } from '../features/feature-file.js'
import type { PairsEvaluation } from '../results/schema.js'
import {
  type Identified,
  type ResolvedProtocol,
  requireBothKinds,
  verifyFeatures,
} from '../run/verify-models.js'
import type { TestSet } from '../test-sets/test-set.js'

/**
 * Verifies features that were computed elsewhere, on labels (pairs are consecutive rows) or on the pairs of test sets.
 * @throws InputError where rows and pairs don't fit, or a feature holds NaN or is zero
 */
export async function verifyGivenFeatures(
  files: readonly string[],
  on: { readonly labels: string | undefined; readonly testSets: readonly Identified<TestSet>[] },
  protocol: ResolvedProtocol,
): Promise<PairsEvaluation[]> {
  const results: PairsEvaluation[] = []
  for (const file of files) {
    const { rows, columns, data } = await readFeatures(file)
    const sets = on.labels === undefined ? on.testSets : [await labelledPairs(on.labels)]
    if (sets.length === 0)
      throw new InputError('no labels for the features', file, 'give --labels FILE or --pairs PATH')
    for (const set of sets) {
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
      results.push(
        verifyFeatures(
          { model: basename(file, extname(file)), testSet: { id: set.id, value: named } },
          { images: rows, size: columns, plain: data },
          protocol,
        ),
      )
    }
  }
  return results
}

async function labelledPairs(file: string): Promise<Identified<Pick<TestSet, 'pairs' | 'folds'>>> {
  const same = await readPairLabels(file)
  return {
    id: basename(file, extname(file)),
    value: {
      pairs: {
        first: Uint32Array.from(same, (_, pair) => 2 * pair),
        second: Uint32Array.from(same, (_, pair) => 2 * pair + 1),
        same,
      },
    },
  }
}

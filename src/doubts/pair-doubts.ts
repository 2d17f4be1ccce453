import type { Doubt } from '../doubt.js'
import { KNOWN_FOLDS, type KnownSet, knownSet } from '../test-sets/known-sets.js'

interface NamedPairs {
  readonly name: string
  readonly same: Uint8Array
  /** fold of each pair, where the data give one */
  readonly folds?: Uint16Array | undefined
  /** pairs that were left out on the user's word */
  readonly leftOut?: number | undefined
  /** made by this program for its demo, which says itself what is less than the whole */
  readonly demo: boolean
}

/** Whether a test set is not what its name promises: another number of pairs, of folds, or of same pairs in a fold. */
export function pairDoubts(set: NamedPairs): Doubt[] {
  const known = knownSet(set.name)
  if (known === undefined || set.demo) return []
  const found = numberOfPairs(set, known) ?? foldsOf(set) ?? sameAFold(set, known)
  if (found === undefined) return []
  const half = known.pairs / KNOWN_FOLDS / 2
  return [
    {
      kind: 'pairs',
      about: set.name,
      text: `${set.name}: ${found}; ${known.title} has ${count(known.pairs)} pairs in ${KNOWN_FOLDS} folds of ${half} same and ${half} different. It is a part of it or another set: don't put its accuracy beside published ones.`,
    },
  ]
}

function count(n: number): string {
  return n.toLocaleString('en')
}

function numberOfPairs({ same, leftOut = 0 }: NamedPairs, { pairs }: KnownSet): string | undefined {
  return same.length + leftOut === pairs ? undefined : `${count(same.length)} pairs`
}

function foldsOf({ folds }: NamedPairs): string | undefined {
  const given = folds === undefined ? KNOWN_FOLDS : new Set(folds).size
  return given === KNOWN_FOLDS ? undefined : `${given} folds`
}

function sameAFold({ same, folds, leftOut = 0 }: NamedPairs, { pairs }: KnownSet): string | undefined {
  // Without some pairs the folds are others, which what was left out has said.
  if (leftOut > 0) return undefined
  const size = pairs / KNOWN_FOLDS
  const sizes = new Array<number>(KNOWN_FOLDS).fill(0)
  const sames = new Array<number>(KNOWN_FOLDS).fill(0)
  const names = folds === undefined ? undefined : [...new Set(folds)].sort((a, b) => a - b)
  same.forEach((label, pair) => {
    const fold =
      folds === undefined || names === undefined ? Math.floor(pair / size) : names.indexOf(folds[pair])
    sizes[fold]++
    sames[fold] += label
  })
  const odd = sizes.findIndex((pairsInFold, fold) => pairsInFold !== size || sames[fold] !== size / 2)
  return odd < 0 ? undefined : `fold ${odd + 1} has ${sames[odd]} same of ${sizes[odd]} pairs`
}

import { RandomStream } from '../../random/philox.js'
import type { Attributes } from '../attributes.js'
import { IDENTITY_PARAMETERS, type Identity, sampleIdentity, type Traits, traitsOf } from '../identity.js'
import type { RenderRequest } from '../render/render-batch.js'
import { type AttributePreset, drawAttributes } from '../sampling.js'
import { type DemoTestSet, FOLDS, fullPairsPerFold } from './demo-test-sets.js'
import { doubleOf, nearestLookAlike, ofSameGroup, resembling } from './look-alikes.js'

/** Changes whenever a pair may be made differently. */
export const RECIPES_VERSION = 3
/** The seed of all demo test sets: they are the same on every machine. */
export const TEST_SEED = 1
/** People among whom SSLFW's look-alikes are sought. */
const POOL = 2000
/** How much more SSLFW's look-alikes resemble each other: full siblings share half of their genes. */
const SIBLINGS = 0.5
/** How far DoppelVer's doubles differ, standard deviations of every parameter. */
const DOUBLE_SIGMA = 0.45
const MASCULINITY = IDENTITY_PARAMETERS.indexOf('masculinity')

/** One pair of a test set before it is drawn. */
export interface PairRecipe {
  readonly same: boolean
  /** names of the two people, equal exactly where `same` */
  readonly people: readonly [string, string]
  readonly images: readonly [RenderRequest, RenderRequest]
}

/** Two people, or one twice. */
type Casting = (pair: number, same: boolean, stream: RandomStream) => readonly [Identity, Identity]
/** The circumstances of two images. */
type Staging = (
  first: Traits,
  second: Traits,
  same: boolean,
  stream: RandomStream,
) => readonly [Attributes, Attributes]

function strangers(name: DemoTestSet): Casting {
  return (pair, same) => {
    const first = sampleIdentity(TEST_SEED, `test/${name}`, 2 * pair)
    return [first, same ? first : sampleIdentity(TEST_SEED, `test/${name}`, 2 * pair + 1)]
  }
}

function sameGroup(name: DemoTestSet): Casting {
  const cast = strangers(name)
  return (pair, same, stream) => {
    const [first, second] = cast(pair, same, stream)
    return [first, same ? first : ofSameGroup(second, first)]
  }
}

function men(name: DemoTestSet): Casting {
  const cast = sameGroup(name)
  return (pair, same, stream) => {
    const people = cast(pair, same, stream)
    for (const person of people) person[MASCULINITY] = Math.abs(person[MASCULINITY]) + 0.05
    return people
  }
}

function lookAlikes(name: DemoTestSet): Casting {
  const cast = strangers(name)
  let pool: Identity[] | undefined
  return (pair, same, stream) => {
    if (same) return cast(pair, same, stream)
    pool ??= Array.from({ length: POOL }, (_, i) => sampleIdentity(TEST_SEED, `test/${name}/pool`, i))
    const anchor = stream.nextInt(POOL)
    const model = pool[anchor]
    return [model, resembling(pool[nearestLookAlike(pool, anchor)], model, SIBLINGS)]
  }
}

function doubles(name: DemoTestSet): Casting {
  const cast = strangers(name)
  return (pair, same, stream) => {
    const [person] = cast(pair, true, stream)
    return [person, same ? person : doubleOf(person, DOUBLE_SIGMA, stream)]
  }
}

function both(first: AttributePreset, second: AttributePreset = first): Staging {
  return (one, other, _same, stream) => [
    drawAttributes(first, stream, one),
    drawAttributes(second, stream, other),
  ]
}

/** A print from years ago: soft, grainy, its colours shifted. */
function oldPhotograph(attributes: Attributes, stream: RandomStream): Attributes {
  const uniform = (low: number, high: number) => low + (high - low) * stream.next()
  return {
    ...attributes,
    blur: uniform(1.2, 3),
    noise: uniform(10, 32),
    lightWarmth: uniform(0.2, 1),
    exposure: attributes.exposure + uniform(-1.2, 1.2),
  }
}

/** Images `gap` years apart, one of the two young, and taken that long ago. */
function yearsApart(least: number, most: number): Staging {
  const stage = both('mild')
  return (one, other, same, stream) => {
    const [first, second] = stage(one, other, same, stream)
    const gap = least + (most - least) * stream.next()
    const young = 17 + (78 - gap - 17) * stream.next()
    return stream.next() < 0.5
      ? [oldPhotograph({ ...first, age: young }, stream), { ...second, age: young + gap }]
      : [{ ...first, age: young + gap }, oldPhotograph({ ...second, age: young }, stream)]
  }
}

/** Same: one image shaven, one bearded. Different: both bearded or both shaven. */
const facialHair: Staging = (one, other, same, stream) => {
  const beards = stream.next() < 0.5 ? (['beard', 'mild'] as const) : (['mild', 'beard'] as const)
  const [first, second] = same ? beards : [beards[0], beards[0]]
  const bare = { beard: 0, moustache: 0 }
  const draw = (preset: 'beard' | 'mild', traits: Traits) => ({
    ...drawAttributes(preset, stream, traits),
    ...(preset === 'mild' ? bare : {}),
  })
  return [draw(first, one), draw(second, other)]
}

/** Same: one image too bright, one too dark. Different: both too bright or both too dark. */
const exposures: Staging = (one, other, same, stream) => {
  const sign = stream.next() < 0.5 ? -1 : 1
  const first = drawAttributes('exposure', stream, one)
  const second = drawAttributes('exposure', stream, other)
  return [
    { ...first, exposure: sign * Math.abs(first.exposure) },
    { ...second, exposure: (same ? -sign : sign) * Math.abs(second.exposure) },
  ]
}

const RECIPES: Record<DemoTestSet, readonly [(name: DemoTestSet) => Casting, Staging]> = {
  'demo-lfw': [strangers, both('mild')],
  'demo-cfp-fp': [strangers, both('frontal', 'profile')],
  'demo-agedb': [strangers, yearsApart(30, 30)],
  'demo-calfw': [sameGroup, yearsApart(12, 45)],
  'demo-cplfw': [sameGroup, both('pose')],
  'demo-hadrian': [men, facialHair],
  'demo-eclipse': [sameGroup, exposures],
  'demo-sslfw': [lookAlikes, both('mild')],
  'demo-doppelver': [doubles, both('mild')],
}

/**
 * The pairs of a test set, fold after fold; in a fold same and different alternate. Pair j of a fold does not
 * depend on `pairsPerFold`, so a smaller set is a prefix of each fold of the larger.
 */
export function* pairRecipes(name: DemoTestSet, pairsPerFold: number): Generator<PairRecipe> {
  const [casting, stage] = RECIPES[name]
  const cast = casting(name)
  for (let fold = 0; fold < FOLDS; fold++) {
    for (let j = 0; j < pairsPerFold; j++) {
      const same = j % 2 === 0
      const pair = fold * fullPairsPerFold(name) + j
      const stream = new RandomStream(TEST_SEED, `world/test/${name}/pairs`, fold, j)
      const [first, second] = cast(pair, same, stream)
      const [one, other] = stage(traitsOf(first), traitsOf(second), same, stream)
      yield {
        same,
        people: [`person-${2 * pair}`, `person-${2 * pair + (same ? 0 : 1)}`],
        images: [
          { identity: first, attributes: one },
          { identity: second, attributes: other },
        ],
      }
    }
  }
}

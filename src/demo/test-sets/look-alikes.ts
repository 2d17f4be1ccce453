import type { RandomStream } from '../../random/philox.js'
import { clamp } from '../curves.js'
import {
  IDENTITY_PARAMETERS,
  IDENTITY_SIZE,
  type Identity,
  type IdentityParameter,
  MAX_DEVIATION,
} from '../identity.js'

/** How much a parameter counts when people say that two faces look alike; 1 where none is given. */
const WEIGHTS: Partial<Record<IdentityParameter, number>> = {
  skinMelanin: 5,
  hairMelanin: 3,
  hairRedness: 2,
  hairLength: 3,
  hairVolume: 1.5,
  hairCurl: 2,
  hairFringe: 1.5,
  masculinity: 3,
  irisMelanin: 2,
  freckles: 1.5,
  faceWidth: 2,
  jawWidth: 1.5,
  meanAge: 1,
  texturePhaseX: 0,
  texturePhaseY: 0,
}

/** A node of the skin map is one of many small patches. */
const SKIN_MAP_WEIGHT = 0.3

const WEIGHT = new Float32Array(IDENTITY_SIZE).fill(SKIN_MAP_WEIGHT)
for (const [i, name] of IDENTITY_PARAMETERS.entries()) WEIGHT[i] = WEIGHTS[name] ?? 1

/** Squared distance of two people, weighted by what is seen first. */
export function dissimilarity(a: Identity, b: Identity): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += WEIGHT[i] * (a[i] - b[i]) ** 2
  return sum
}

/** The number of the one among `people` who looks most like `people[of]`, who is not meant. */
export function nearestLookAlike(people: readonly Identity[], of: number): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < people.length; i++) {
    const distance = i === of ? Number.POSITIVE_INFINITY : dissimilarity(people[of], people[i])
    if (distance < least) {
      least = distance
      best = i
    }
  }
  return best
}

/** Draws a person closer to `model`: every parameter correlates by `correlation` with the model's, as siblings' do. */
export function resembling(person: Identity, model: Identity, correlation: number): Identity {
  const own = Math.sqrt(1 - correlation * correlation)
  return person.map((value, i) => clamp(correlation * model[i] + own * value, -MAX_DEVIATION, MAX_DEVIATION))
}

/** A double: the same person but for a normal deviation of `sigma` in every parameter. */
export function doubleOf(person: Identity, sigma: number, stream: RandomStream): Identity {
  return person.map((value) => clamp(value + sigma * stream.nextNormal(), -MAX_DEVIATION, MAX_DEVIATION))
}

/** Gives `person` the build and complexion of `model`: sex, skin and hair colour, as the lists of hard pairs do. */
export function ofSameGroup(person: Identity, model: Identity): Identity {
  const out = person.slice()
  for (const name of ['masculinity', 'skinMelanin', 'hairMelanin'] as const) {
    const i = IDENTITY_PARAMETERS.indexOf(name)
    out[i] = model[i] + 0.25 * (person[i] - model[i])
  }
  return out
}

import { RandomStream } from '../random/philox.js'

/**
 * What tells one person of the demo world from another: continuous parameters, each about standard normal
 * and cut off at {@link MAX_DEVIATION}. Zero everywhere is the mean face.
 */
export const IDENTITY_PARAMETERS = [
  // skull, face outline, jaw
  'faceWidth',
  'jawWidth',
  'chinWidth',
  'chinLength',
  'chinProtrusion',
  'jawAngle',
  'faceLength',
  'foreheadHeight',
  'foreheadSlope',
  'craniumDepth',
  'cheekboneProminence',
  'cheekFullness',
  'browRidge',
  // eyes
  'eyeSpacing',
  'eyeHeight',
  'eyeSize',
  'eyeOpening',
  'eyeTilt',
  'eyeDepth',
  'eyelidCrease',
  'lashes',
  // nose
  'noseLength',
  'noseWidth',
  'noseBridgeHeight',
  'noseBridgeWidth',
  'noseTipProtrusion',
  'noseTipTilt',
  'noseHump',
  'noseTipBulb',
  'noseDeviation',
  // mouth
  'mouthWidth',
  'mouthHeight',
  'mouthCorners',
  'upperLip',
  'lowerLip',
  'cupidBow',
  'muzzle',
  // brows
  'browHeight',
  'browThickness',
  'browArch',
  'browTilt',
  'browSpacing',
  'browLength',
  'browDensity',
  // ears
  'earSize',
  'earProtrusion',
  'earHeight',
  // skin
  'skinMelanin',
  'skinRedness',
  'skinYellowness',
  'freckles',
  'blush',
  'eyeShadow',
  'lipColour',
  'nasolabialFold',
  'texturePhaseX',
  'texturePhaseY',
  'mole1X',
  'mole1Y',
  'mole1Size',
  'mole2X',
  'mole2Y',
  'mole2Size',
  'mole3X',
  'mole3Y',
  'mole3Size',
  // iris and hair
  'irisMelanin',
  'irisGreen',
  'hairMelanin',
  'hairRedness',
  'hairLength',
  'hairlineHeight',
  'hairRecession',
  'hairParting',
  'hairVolume',
  'hairCurl',
  'hairFringe',
  // the person as a whole
  'masculinity',
  'meanAge',
] as const

export type IdentityParameter = (typeof IDENTITY_PARAMETERS)[number]

/** Nodes across and along the face of a person's own map of skin colour, and its layers: pigment, blood. */
export const SKIN_MAP = { columns: 7, rows: 9, layers: 2 } as const

/** Numbers in an identity: the named parameters, then the nodes of the skin map, layer by layer, row by row. */
export const IDENTITY_SIZE = IDENTITY_PARAMETERS.length + SKIN_MAP.columns * SKIN_MAP.rows * SKIN_MAP.layers

/** One person: {@link IDENTITY_SIZE} numbers, the first in the order of {@link IDENTITY_PARAMETERS}. */
export type Identity = Float32Array

/** The named parameters. */
export type Traits = Readonly<Record<IdentityParameter, number>>

/** No parameter is farther from the mean than this many standard deviations. */
export const MAX_DEVIATION = 2.5

/** Training identities are numbers 0 .. TRAINING_IDENTITIES - 1 of the stream 'world/train'. */
export const TRAINING_IDENTITIES = 2 ** 20

/** One family of identities; families have nobody in common, as each has its own random stream. */
export type IdentityFamily = 'train' | 'real-like' | `test/${string}`

/** Draws person number `index` of a family. */
export function sampleIdentity(seed: number, family: IdentityFamily, index: number): Identity {
  const stream = new RandomStream(seed, `world/${family}`, index)
  const identity = new Float32Array(IDENTITY_SIZE)
  for (let i = 0; i < identity.length; i++) {
    let value = stream.nextNormal()
    while (Math.abs(value) > MAX_DEVIATION) value = stream.nextNormal()
    identity[i] = value
  }
  return identity
}

/** The nodes of a person's skin map. */
export function skinMapOf(identity: Identity): Float32Array {
  return identity.subarray(IDENTITY_PARAMETERS.length)
}

/** The parameters by name. */
export function traitsOf(identity: Identity): Traits {
  const traits: Partial<Record<IdentityParameter, number>> = {}
  for (let i = 0; i < IDENTITY_PARAMETERS.length; i++) traits[IDENTITY_PARAMETERS[i]] = identity[i]
  return traits as Traits
}

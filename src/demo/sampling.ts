import { RandomStream } from '../random/philox.js'
import { type Attributes, NEUTRAL_ATTRIBUTES } from './attributes.js'
import { clamp } from './curves.js'
import type { IdentityFamily, Traits } from './identity.js'

/** Which circumstances images are taken in: 'train' is broad, the others are what a test set stresses. */
export const ATTRIBUTE_PRESETS = ['train', 'mild', 'frontal', 'profile', 'pose', 'beard', 'exposure'] as const
export type AttributePreset = (typeof ATTRIBUTE_PRESETS)[number]

/** A person's typical age, years. */
export function meanAgeOf(traits: Traits): number {
  return clamp(38 + 11 * traits.meanAge, 18, 70)
}

/** Whether a person's face grows hair. */
export function growsBeard(traits: Traits): boolean {
  return traits.masculinity > 0
}

/** Everyday circumstances: what an LFW-like photograph has. */
function mild(stream: RandomStream, traits: Traits): Attributes {
  const normal = (sigma: number, limit = 3 * sigma) => clamp(stream.nextNormal() * sigma, -limit, limit)
  const uniform = (low: number, high: number) => low + (high - low) * stream.next()
  const chance = (share: number) => stream.next() < share
  const habit = growsBeard(traits) ? stream.next() : 0
  return {
    ...NEUTRAL_ATTRIBUTES,
    yaw: normal(13, 40),
    pitch: normal(6, 18),
    roll: normal(3, 10),
    smile: chance(0.5) ? uniform(0.2, 1) : normal(0.2, 0.5),
    mouthOpen: chance(0.3) ? uniform(0.1, 0.6) : 0,
    browRaise: normal(0.35, 1),
    eyesClosed: chance(0.04) ? uniform(0.6, 1) : Math.abs(normal(0.12, 0.4)),
    gazeX: normal(0.3, 1),
    gazeY: normal(0.2, 0.7),
    age: clamp(meanAgeOf(traits) + normal(5, 12), 16, 80),
    beard: habit > 0.55 ? uniform(0.1, 1) * (chance(0.5) ? 0.4 : 1) : 0,
    moustache: habit > 0.5 ? uniform(0, 1) : 0,
    glasses: chance(0.12) ? 1 : chance(0.02) ? 2 : 0,
    hairState: normal(0.4, 1),
    lightAzimuth: normal(32, 85),
    lightElevation: uniform(0, 55),
    lightContrast: uniform(0.25, 0.75),
    lightWarmth: normal(0.35, 1),
    exposure: normal(0.25, 0.8),
    distance: uniform(0.7, 3),
    blur: Math.abs(normal(0.35, 1)),
    noise: Math.abs(normal(3, 10)),
    shiftX: normal(0.8, 2.5),
    shiftY: normal(0.8, 2.5),
    zoom: 1 + normal(0.02, 0.06),
    occlusion: 0,
    occlusionX: stream.next(),
    occlusionY: stream.next(),
    occluderHue: stream.next(),
    backgroundHue: stream.next(),
    backgroundLightness: uniform(0.05, 0.95),
    clothesHue: stream.next(),
    clothesLightness: uniform(0.05, 0.9),
    grain: stream.nextInt(2 ** 24),
  }
}

/** Draws one image's circumstances; a pure function of the stream and the person. */
export function drawAttributes(preset: AttributePreset, stream: RandomStream, traits: Traits): Attributes {
  const base = mild(stream, traits)
  const normal = (sigma: number, limit = 3 * sigma) => clamp(stream.nextNormal() * sigma, -limit, limit)
  const uniform = (low: number, high: number) => low + (high - low) * stream.next()
  const chance = (share: number) => stream.next() < share
  const side = () => (chance(0.5) ? -1 : 1)
  const beards = growsBeard(traits)
  switch (preset) {
    case 'mild':
      return base
    case 'frontal':
      return { ...base, yaw: normal(5, 12), pitch: normal(4, 10) }
    case 'profile':
      // Seen from the side people are mostly farther away, unaware and lit from wherever the light is.
      return {
        ...base,
        yaw: side() * uniform(70, 80),
        pitch: normal(7, 16),
        blur: uniform(1, 2.4),
        noise: uniform(5, 22),
        lightContrast: uniform(0.4, 0.95),
        lightAzimuth: normal(55, 100),
      }
    case 'pose':
      return {
        ...base,
        yaw: side() * uniform(15, 65),
        pitch: normal(14, 30),
        roll: normal(6, 18),
        occlusion: chance(0.15) ? uniform(0.15, 0.35) : 0,
      }
    case 'beard':
      return { ...base, beard: beards ? uniform(0.6, 1) : 0, moustache: beards ? uniform(0.6, 1) : 0 }
    case 'exposure':
      return { ...base, exposure: side() * uniform(2, 3.2), lightContrast: uniform(0.3, 0.9) }
    case 'train':
      return {
        ...base,
        yaw: chance(0.35) ? uniform(-80, 80) : normal(20, 60),
        pitch: chance(0.2) ? uniform(-30, 30) : normal(9, 27),
        roll: normal(6, 20),
        age: chance(0.3) ? uniform(16, 80) : clamp(meanAgeOf(traits) + normal(9, 25), 16, 80),
        beard: beards && chance(0.45) ? stream.next() : 0,
        moustache: beards && chance(0.45) ? stream.next() : 0,
        lightContrast: uniform(0.15, 0.95),
        lightAzimuth: normal(42, 100),
        exposure: chance(0.2) ? uniform(-2.3, 2.3) : normal(0.45, 1.4),
        blur: chance(0.25) ? uniform(0, 2.2) : Math.abs(normal(0.5, 1.5)),
        noise: chance(0.15) ? uniform(0, 28) : Math.abs(normal(5, 16)),
        occlusion: chance(0.12) ? uniform(0.15, 0.45) : 0,
      }
  }
}

/** The circumstances of image `image` of person `index` of a family. */
export function sampleAttributes(
  seed: number,
  family: IdentityFamily,
  index: number,
  image: number,
  preset: AttributePreset,
  traits: Traits,
): Attributes {
  return drawAttributes(preset, new RandomStream(seed, `world/${family}/${preset}`, index, image), traits)
}

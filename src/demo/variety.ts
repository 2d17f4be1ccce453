import { ATTRIBUTES, type AttributeName, type Attributes, NEUTRAL_ATTRIBUTES } from './attributes.js'

/** How much the images of a person, and people, vary: shares of how much images do. Together at most 1. */
export interface Variety {
  readonly within: number
  readonly between: number
}

/** What has no degrees: spectacles belong to the person, grain to the image. */
const WHOLE: ReadonlyMap<AttributeName, 'person' | 'image'> = new Map([
  ['glasses', 'person'],
  ['grain', 'image'],
])

/**
 * Circumstances nearer to a neutral picture: a share of the way to those that a person always has, and a share of the way to
 * those of one image. Independent draws of deviation d then deviate by `within * d` about people, who deviate by `between * d`.
 */
export function lessVaried(person: Attributes, image: Attributes, { within, between }: Variety): Attributes {
  const near = { ...NEUTRAL_ATTRIBUTES }
  for (const name of ATTRIBUTES) {
    const neutral = NEUTRAL_ATTRIBUTES[name]
    const whole = WHOLE.get(name)
    near[name] =
      whole === undefined
        ? (1 - between - within) * neutral + between * person[name] + within * image[name]
        : { person, image }[whole][name]
  }
  return near
}

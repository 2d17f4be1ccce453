import { ATTRIBUTES, type Attributes, NEUTRAL_ATTRIBUTES } from './attributes.js'

/** How much the images of a person, and people, vary: shares of how much images do. Together at most 1. */
export interface Variety {
  readonly within: number
  readonly between: number
}

/**
 * Circumstances nearer to a neutral picture: a share of the way to those that a person always has, and a share of the way to
 * those of one image. Independent draws of deviation d then deviate by `within * d` about people, who deviate by `between * d`.
 * What has no degrees stays whole: glasses are the person's, grain is the image's.
 */
export function lessVaried(person: Attributes, image: Attributes, { within, between }: Variety): Attributes {
  const near = { ...NEUTRAL_ATTRIBUTES }
  for (const name of ATTRIBUTES) {
    const neutral = NEUTRAL_ATTRIBUTES[name]
    near[name] = (1 - between - within) * neutral + between * person[name] + within * image[name]
  }
  return { ...near, glasses: person.glasses, grain: image.grain }
}

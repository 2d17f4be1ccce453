import type { Attributes } from '../attributes.js'
import { clamp, smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { type Colour, mix, ramp, scaled, srgb } from './colour.js'

/** The colours of one person in one image. */
export interface Complexion {
  /** 0 lightest .. 1 darkest */
  readonly melanin: number
  readonly skin: Colour
  readonly lips: Colour
  readonly hair: Colour
  readonly brows: Colour
  readonly iris: Colour
}

const SKIN = [
  srgb(247, 214, 196),
  srgb(238, 196, 170),
  srgb(222, 172, 138),
  srgb(196, 141, 104),
  srgb(155, 104, 74),
  srgb(108, 70, 49),
  srgb(72, 46, 35),
]
const HAIR = [
  srgb(224, 192, 138),
  srgb(178, 138, 88),
  srgb(122, 84, 52),
  srgb(74, 49, 34),
  srgb(40, 29, 24),
  srgb(20, 17, 17),
]
const RED_HAIR = srgb(158, 70, 30)
const GREY_HAIR = srgb(196, 194, 192)
const IRIS = [
  srgb(122, 162, 196),
  srgb(104, 134, 140),
  srgb(128, 100, 56),
  srgb(92, 58, 32),
  srgb(50, 31, 22),
]
const GREEN_IRIS = srgb(96, 128, 70)
const LIPS = srgb(176, 74, 72)

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

export function complexionOf(traits: Traits, attributes: Attributes): Complexion {
  const melanin = clamp(1.12 * logistic(1.35 * traits.skinMelanin - 0.35) - 0.04, 0, 1)
  const base = ramp(SKIN, melanin)
  const red = 1 + 0.055 * traits.skinRedness
  const yellow = 1 - 0.075 * traits.skinYellowness
  const skin: Colour = [base[0] * red, base[1], base[2] * yellow * (1 + 0.02 * traits.skinRedness)]

  const pigment = clamp(0.52 + 0.27 * traits.hairMelanin + 0.75 * (melanin - 0.3), 0, 1)
  const ginger = smoothstep(0.9, 2, traits.hairRedness) * (1 - smoothstep(0.25, 0.55, melanin))
  const grey = smoothstep(43, 84, attributes.age + 4 * traits.hairRecession) * 0.92
  const natural = mix(ramp(HAIR, pigment), RED_HAIR, 0.85 * ginger)
  const iris = mix(
    ramp(IRIS, clamp(0.45 + 0.33 * traits.irisMelanin + 0.9 * (melanin - 0.25), 0, 1)),
    GREEN_IRIS,
    0.7 * smoothstep(0.6, 1.8, traits.irisGreen) * (1 - smoothstep(0.35, 0.6, melanin)),
  )
  return {
    melanin,
    skin,
    lips: mix(
      scaled(skin, 0.78),
      scaled(LIPS, 1.15 - 0.85 * melanin),
      clamp(0.48 + 0.2 * traits.lipColour, 0.05, 0.95),
    ),
    hair: mix(natural, GREY_HAIR, grey),
    brows: mix(scaled(natural, 0.75), GREY_HAIR, 0.55 * grey),
    iris,
  }
}

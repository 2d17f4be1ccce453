import type { Attributes } from '../attributes.js'
import { falloff, smoothstep } from '../curves.js'
import type { traitsOf } from '../identity.js'
import type { Fragment } from '../render/rasteriser.js'
import { COLLAR } from '../shape/neck.js'
import { BrowPainter } from './brows.js'
import type { Colour } from './colour.js'
import type { complexionOf } from './complexion.js'
import { EyePainter } from './eyes.js'
import { FacialHairPainter } from './facial-hair.js'
import { GlassesPainter } from './glasses.js'
import { MouthPainter } from './mouth.js'
import type { Paint } from './paint.js'
import type { SkinPainter } from './skin.js'
import { WrinklePainter } from './wrinkles.js'

/** Sets what a surface looks like at a place. */
export type Painter = (fragment: Fragment, paint: Paint) => void

export function headPainter(
  traits: ReturnType<typeof traitsOf>,
  attributes: Attributes,
  complexion: ReturnType<typeof complexionOf>,
  skin: SkinPainter,
): Painter {
  const wrinkles = new WrinklePainter(traits, attributes)
  const hair = new FacialHairPainter(traits, attributes, complexion)
  const mouth = new MouthPainter(traits, attributes, complexion)
  const brows = new BrowPainter(traits, attributes, complexion)
  const eyes = new EyePainter(traits, attributes, complexion)
  const glasses = new GlassesPainter(attributes)
  return ({ u, v, w }, paint) => {
    skin.paint(u, v, w, paint)
    if (w > -20) {
      hair.paint(u, v, w, paint)
      if (w > 0) {
        wrinkles.paint(u, v, paint)
        mouth.paint(u, v, paint)
        brows.paint(u, v, paint)
        eyes.paint(u, v, paint)
      }
      glasses.paint(u, v, w, paint)
    }
  }
}

export function earPainter(skin: Colour): Painter {
  return ({ u, v, w }, paint) => {
    paint.set(skin, 0.03)
    paint.redden(0.35)
    const bowl = falloff((u / 0.45) ** 2 + ((v + 0.1) / 0.5) ** 2)
    paint.darken(0.45 * bowl + 0.22 * falloff(((w - 0.68) / 0.12) ** 2))
  }
}

export function neckPainter(skin: SkinPainter, clothes: Colour): Painter {
  return ({ u, v, w }, paint) => {
    skin.paint(u, v, -Math.abs(w) - 1, paint)
    paint.darken(0.5 * smoothstep(-80, -56, v))
    const collar = COLLAR + 0.06 * Math.abs(u)
    paint.cover(clothes, smoothstep(collar + 0.6, collar - 0.6, v))
  }
}

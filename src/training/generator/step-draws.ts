import { drawMasksFrom, type Masking } from '../../generate/masks.js'
import { RandomStream } from '../../random/philox.js'

export interface DrawSettings {
  readonly seed: number
  readonly rows: number
  /** numbers of a vector */
  readonly width: number
  /** none where the generator takes no masks */
  readonly masking: Masking | undefined
  /** the share of the vectors that get noise, and its largest sigma */
  readonly noise?: { readonly share: number; readonly sigma: number } | undefined
  /** vectors that no image has: [any, width], so many of them a step */
  readonly free?: { readonly vectors: Float32Array; readonly count: number } | undefined
}

/** What is random in a step beside its images. The arrays are filled anew at each step. */
export interface StepDraws {
  /** [rows, tokens] */
  readonly dropped: Uint8Array
  readonly masked: Uint8Array
  /** [rows, width] */
  readonly noise: Float32Array
  /** [count, width] */
  readonly free: Float32Array
}

/** Draws what a step needs: a function of the seed and the step alone, each row by itself. */
export function stepDrawer(settings: DrawSettings): (step: number) => StepDraws {
  const { seed, rows, width, masking, noise: noisy, free: others } = settings
  const tokens = masking?.tokens ?? 0
  const draws = {
    dropped: new Uint8Array(rows * tokens),
    masked: new Uint8Array(rows * tokens),
    noise: new Float32Array(rows * width),
    free: new Float32Array((others?.count ?? 0) * width),
  }
  return (step) => {
    for (let row = 0; row < rows; row++) {
      if (masking !== undefined) {
        const flags = [row * tokens, (row + 1) * tokens] as const
        const stream = new RandomStream(seed, 'training masks', step, row)
        drawMasksFrom(stream, masking, draws.dropped.subarray(...flags), draws.masked.subarray(...flags))
      }
      if (noisy === undefined) continue
      const own = draws.noise.subarray(row * width, (row + 1) * width)
      const random = new RandomStream(seed, 'training noise', step, row)
      const isNoisy = random.next() < noisy.share
      random.fillNormal(own, isNoisy ? random.next() * noisy.sigma : 0)
    }
    if (others !== undefined) {
      const random = new RandomStream(seed, 'free vectors', step)
      const known = others.vectors.length / width
      for (let i = 0; i < others.count; i++) {
        const chosen = random.nextInt(known)
        draws.free.set(others.vectors.subarray(chosen * width, (chosen + 1) * width), i * width)
      }
    }
    return draws
  }
}

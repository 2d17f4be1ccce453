import type { Denoising, DenoisingStep } from './scheduler.js'

/** Samples of a batch, image after image, and what was last taken for their clean images. */
export interface Samples {
  readonly sample: Float32Array
  readonly clean: Float32Array
}

/**
 * The first samples: each image's first noise, scaled.
 * @param noise [batch, steps, ...latent]: the first, and what is added after each step but the last
 */
export function firstSamples(
  noise: Float32Array,
  batch: number,
  { initialScale, steps }: Denoising,
): Samples {
  const size = noise.length / (batch * steps.length)
  const sample = new Float32Array(batch * size)
  for (let image = 0; image < batch; image++) {
    const from = image * steps.length * size
    for (let i = 0; i < size; i++) sample[image * size + i] = initialScale * noise[from + i]
  }
  return { sample, clean: new Float32Array(batch * size) }
}

/** The samples after one step. @param index which step it is @param output what the network said of them */
export function advance(
  { sample, clean }: Samples,
  output: Float32Array,
  noise: Float32Array,
  batch: number,
  { steps }: Denoising,
  index: number,
): Samples {
  const { clean: of, next }: DenoisingStep = steps[index]
  const size = sample.length / batch
  const moved = { sample: new Float32Array(sample.length), clean: new Float32Array(sample.length) }
  for (let i = 0; i < sample.length; i++) {
    const now = of.sample * sample[i] + of.output * output[i]
    moved.clean[i] = now
    moved.sample[i] = next.sample * sample[i] + next.clean * now + next.previousClean * clean[i]
  }
  // After the last step nothing is added: the noise ends there.
  if (next.noise === 0) return moved
  for (let image = 0; image < batch; image++) {
    const from = (image * steps.length + index + 1) * size
    for (let i = 0; i < size; i++) moved.sample[image * size + i] += next.noise * noise[from + i]
  }
  return moved
}

import type { Doubt } from '../doubt.js'
import type { ImageInput } from '../models/descriptor.js'
import { inputRange, isUsualRange } from '../models/input-range.js'

/** Whether a network is fed numbers in an unusual range. */
export function inputDoubts(model: string, input: Pick<ImageInput, 'scale' | 'mean' | 'std'>): Doubt[] {
  const range = inputRange(input)
  if (isUsualRange(range)) return []
  const [low, high] = range.map((value) => Number(value.toPrecision(3)))
  return [
    {
      kind: 'input range',
      about: model,
      text: `${model}: black becomes ${low} and white ${high}; networks are usually fed about -1..1, 0..1 or 0..255. Check mean, std and scale.`,
    },
  ]
}

import { z } from 'zod'
import { declareAugmentation } from './augmentation.js'

export const flip = declareAugmentation({
  id: 'flip',
  title: 'mirrored, left and right exchanged',
  options: z.strictObject({ share: z.number().min(0).max(1).default(0.5) }),
  apply({ data, width, height }) {
    for (let y = 0; y < height; y++) {
      for (let left = 3 * y * width, right = 3 * (y + 1) * width - 3; left < right; left += 3, right -= 3) {
        for (let channel = 0; channel < 3; channel++) {
          const held = data[left + channel]
          data[left + channel] = data[right + channel]
          data[right + channel] = held
        }
      }
    }
  },
})

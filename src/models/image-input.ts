import { z } from 'zod'
import { unitsError } from './input-range.js'

/** Height and width in pixels. */
export const shapeSize = z.tuple([z.int().positive(), z.int().positive()])
const perChannel = z.tuple([z.number(), z.number(), z.number()])

/** How pixels become numbers: `(x / scale - mean) / std`, each channel by itself. */
export const pixelInput = {
  name: z.string().min(1),
  channels: z.enum(['RGB', 'BGR']).default('RGB'),
  scale: z.number().positive().default(255),
  mean: perChannel.default([0.5, 0.5, 0.5]),
  std: perChannel.refine((std) => std.every((s) => s > 0), 'every std is above 0').default([0.5, 0.5, 0.5]),
}

export function checkUnits(input: Parameters<typeof unitsError>[0], context: z.RefinementCtx): void {
  const message = unitsError(input)
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['mean'], message })
}

/** How an image becomes the network's input. */
export const imageInputSchema = z
  .strictObject({
    ...pixelInput,
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
    /** height and width in pixels */
    size: shapeSize.default([112, 112]),
    /**
     * An image of another size: an error; or resized as PyTorch's `interpolate` (`bilinear`: no corner alignment, no
     * antialiasing, the sides apart); or as torchvision's `Resize` and `CenterCrop` of a square (`antialias`).
     */
    resize: z.enum(['refuse', 'bilinear', 'antialias']).default('refuse'),
  })
  .superRefine(checkUnits)
export type ImageInput = z.infer<typeof imageInputSchema>

import { z } from 'zod'

/** A picture inside the results: a contact sheet of generated or demo faces. */
export const pictureSchema = z.strictObject({
  title: z.string(),
  caption: z.string(),
  type: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  data: z.base64(),
})
export type Picture = z.infer<typeof pictureSchema>

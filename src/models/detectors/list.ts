import { z } from 'zod'
import type { Port } from '../../onnx/port.js'
import type { Decoding } from './decoding.js'
import { retinaface } from './retinaface.js'
import { scrfd } from './scrfd.js'
import { yunet } from './yunet.js'

/** Forms of outputs, in the order in which a network that has no descriptor is held against them. A new one is a line here. */
const LIST = [yunet, scrfd, retinaface] as const

type SettingsOf<D> = D extends Decoding<infer S> ? S : never
/** What a descriptor says of a detector's outputs. */
export type DecodingSettings = SettingsOf<(typeof LIST)[number]>

/** The forms by id, for help and messages. */
export const DECODINGS: readonly Decoding<DecodingSettings>[] =
  LIST as unknown as readonly Decoding<DecodingSettings>[]

export const decodingSchema: z.ZodType<DecodingSettings> = z.discriminatedUnion(
  'form',
  DECODINGS.map(({ schema }) => schema) as unknown as [z.core.$ZodTypeDiscriminable],
) as unknown as z.ZodType<DecodingSettings>

export function decodingOf({ form }: DecodingSettings): Decoding<DecodingSettings> {
  return DECODINGS.find(({ id }) => id === form) ?? DECODINGS[0]
}

/** The form that outputs look like, with what was seen. */
export function draftDecoding(outputs: readonly Port[]) {
  for (const decoding of DECODINGS) {
    const draft = decoding.draft(outputs)
    if (draft !== undefined) return { ...draft, habits: decoding.habits }
  }
  return undefined
}

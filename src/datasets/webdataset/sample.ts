import { z } from 'zod'
import { InputError } from '../../errors.js'
import { IMAGE_ENDINGS } from '../../images/image-type.js'
import { parseJson } from '../../json.js'
import { isLabel } from '../record-order.js'

/** Longest `.cls` or `.json` member that is read, in bytes. */
export const LONGEST_LABEL = 2 ** 20

/**
 * Splits a member's name as the webdataset package does: the key up to the first dot of the file's name, the
 * field after it. Undefined where there is no dot or no name before it.
 */
export function splitName(name: string): { key: string; field: string } | undefined {
  const match = /^((?:.*\/)?[^./][^./]*)\.([^/]*)$/s.exec(name)
  return match === null ? undefined : { key: match[1], field: match[2].toLowerCase() }
}

/** A field's name cut at its last dot: `left.jpg` is the `jpg` of stem `left`; most have no stem. */
export function splitField(field: string): { stem: string; ending: string } {
  const dot = field.lastIndexOf('.')
  return { stem: dot < 0 ? '' : field.slice(0, dot), ending: field.slice(dot + 1) }
}

/** What a field holds, by its ending. */
export function fieldKind(field: string): 'image' | 'cls' | 'json' | 'other' {
  const { ending } = splitField(field)
  if (IMAGE_ENDINGS.has(ending)) return 'image'
  return ending === 'cls' || ending === 'json' ? ending : 'other'
}

const labelled = z.object({
  label: z.unknown().optional(),
  cls: z.unknown().optional(),
  class: z.unknown().optional(),
  identity: z.unknown().optional(),
})

/**
 * The label that a `.cls` (decimal text) or `.json` member (a number under `label`, `cls`, `class` or
 * `identity`) gives; undefined where a `.json` has none. @throws InputError where it is no label
 */
export function parseLabel(kind: 'cls' | 'json', bytes: Buffer, where: string): number | undefined {
  const text = bytes.toString('utf8')
  const label = kind === 'cls' ? wholeNumber(text.trim()) : labelOfJson(text)
  if (isLabel(label) || (kind === 'json' && label === undefined)) return label
  throw new InputError(
    `the label is not a whole number, counted from 0: ${JSON.stringify(text.slice(0, 40))}`,
    where,
    kind === 'cls' ? 'write it as decimal text' : "write it as a number under 'label'",
  )
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

function labelOfJson(text: string): unknown {
  try {
    const { label, cls, class: named, identity } = labelled.parse(parseJson(text))
    return label ?? cls ?? named ?? identity
  } catch {
    return undefined
  }
}

import { InputError } from '../errors.js'
import { nearestName } from '../nearest.js'
import { type Catalogue, waysToGet } from './catalogue.js'
import type { Sources } from './sources.js'

const KINDS = ['model', 'test set', 'dataset'] as const

/** Ids of each kind that something asks for. */
export type AskedIds = Readonly<Record<(typeof KINDS)[number], readonly string[]>>

/**
 * Looks for names in a paths file that nobody asks for: one that is nearly a known name is a mistake that would let a
 * measurement be missed.
 * @param asked ids that the spec names
 * @returns the names that are unknown and near to none, in words
 * @throws InputError at one that is near to a known name, with that
 */
export function unknownNames(file: string, paths: Sources, asked: AskedIds, catalogue: Catalogue): string[] {
  return KINDS.flatMap((kind) => {
    const own = paths.ids?.(kind) ?? []
    const known = new Set([...asked[kind], ...waysToGet(catalogue, kind).keys()])
    const unknown = own.filter((id) => !known.has(id))
    for (const id of unknown) {
      // What the file has under its right name was not meant by another one.
      const meant = nearestName(
        id,
        [...known].filter((name) => !own.includes(name)),
      )
      if (meant !== undefined)
        throw new InputError(
          `no spec knows a ${kind} '${id}'`,
          file,
          `did you mean '${meant}'? correct the name`,
        )
    }
    return unknown.map((id) => `${kind} '${id}'`)
  })
}

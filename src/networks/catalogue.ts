import { InputError } from '../errors.js'
import type { Architecture } from './architecture.js'
import * as listed from './architectures.js'

export type ArchitectureName = keyof typeof listed
/** Every architecture by its name, in alphabetical order: nothing depends on which comes first. */
export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = { ...listed }
export const ARCHITECTURE_NAMES = (Object.keys(ARCHITECTURES) as ArchitectureName[]).sort()

/** @throws InputError that lists the names */
export function requireArchitecture(name: string): ArchitectureName {
  const found = ARCHITECTURE_NAMES.find((known) => known === name)
  if (found !== undefined) return found
  throw new InputError(
    `no architecture '${name}'`,
    '--as',
    `the architectures are ${ARCHITECTURE_NAMES.join(', ')}`,
  )
}

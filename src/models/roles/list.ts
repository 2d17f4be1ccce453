import type { Descriptor, Role } from '../descriptor.js'
import { detector } from './detector.js'
import { generator } from './generator.js'
import { imageModel } from './image-model.js'
import type { RoleDefinition } from './role.js'

/** Every role with what its networks take and give. A role of the descriptor that is missing here does not compile. */
const ROLES = {
  recogniser: imageModel,
  quality: imageModel,
  pose: imageModel,
  features: imageModel,
  generator,
  detector,
} satisfies Record<Role, unknown>

/** Roles by how their networks look, in the order in which a network that has no descriptor is held against them. */
export const KINDS = [generator, detector, imageModel]

export function roleOf<D extends Descriptor>(descriptor: D): RoleDefinition<D> {
  return ROLES[descriptor.role] as unknown as RoleDefinition<D>
}

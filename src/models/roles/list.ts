import type { z } from 'zod'
import { detector } from './detector.js'
import { features } from './features.js'
import { generator } from './generator.js'
import { pose } from './pose.js'
import { quality } from './quality.js'
import { recogniser } from './recogniser.js'
import type { RoleDefinition } from './role.js'

/**
 * The roles: one line each. A network that has no descriptor is held against them in this order; image models look alike,
 * and the first of them stands for all.
 */
export const ROLES = { generator, detector, recogniser, quality, pose, features } as const

type Roles = typeof ROLES
export type RoleName = keyof Roles
/** The descriptor of any role. */
export type AnyDescriptor = { [R in RoleName]: z.infer<Roles[R]['schema']> }[RoleName]

export function roleOf<D extends AnyDescriptor>(descriptor: D): RoleDefinition<D> {
  return ROLES[descriptor.role] as unknown as RoleDefinition<D>
}

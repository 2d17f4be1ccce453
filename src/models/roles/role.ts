import type { z } from 'zod'
import type { Port } from '../../onnx/port.js'
import type { Tensors } from '../../onnx/runtime.js'

/** What goes into a network and what comes out. */
export interface NetworkPorts {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

/** What a draft can't read off the network, as far as it is known. */
export interface DraftHints {
  readonly name: string
  readonly path: string
  readonly batch: { readonly min: number; readonly max: number }
  readonly image: ImageInputOverrides
  /** the output that is the feature, where several could be */
  readonly feature: string | undefined
}

/** What the flags of the command line say about an image model that has no descriptor. */
export interface ImageInputOverrides {
  readonly mean?: readonly number[]
  readonly std?: readonly number[]
  readonly channels?: 'RGB' | 'BGR'
}

/** How networks of a role are told, checked and tried. */
export interface RoleDefinition<D> {
  /** what its networks take and give, for the message that a network fits no role */
  readonly looks: string
  /** What the descriptor says that goes in and comes out; -1 stands for the batch. */
  ports(descriptor: D): NetworkPorts
  /** A descriptor for a network that looks like one of the role, as far as it shows; undefined where it doesn't. */
  draft(ports: NetworkPorts, hints: DraftHints): object | undefined
  /** Inputs to try a network on: of the items `from` to `to - 1`, each a function of its number alone. */
  trial(descriptor: D, from: number, to: number): Tensors
}

/** A role: what the descriptors of its networks say, and how the networks are told. */
export interface Role<S extends z.ZodType> extends RoleDefinition<z.infer<S>> {
  readonly schema: S
}

/** A dimension that is not free: those are a name, or 0 or -1 where they have none. */
export function fixed(dimension: number | string | undefined): number | undefined {
  return typeof dimension === 'number' && dimension > 0 ? dimension : undefined
}

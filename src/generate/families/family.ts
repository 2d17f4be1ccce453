import type { z } from 'zod'
import type { GeneratorDescriptor } from '../../models/descriptor.js'
import type { Tensors } from '../../onnx/runtime.js'

/** One image of a run, and the seed that all its random numbers come from. */
export interface Drawn {
  readonly seed: number
  readonly identity: number
  readonly image: number
  /** how many times it was drawn before, in vain: 0 at first */
  readonly attempt?: number
}

/** What the images of one batch need beside their vectors, in the making. */
export interface BatchDraws {
  /** Draws for the image at a place of the batch: a function of these numbers alone, not of the batch. */
  draw(place: number, drawn: Drawn): void
  /** The network's inputs beside the vectors, by name. Places that nothing was drawn for are padding. */
  inputs(): Tensors
}

/**
 * A family of generators: what its networks take beside identity vectors. Adding one: a file that exports it, and its line
 * in `list.ts`; docs/adding-a-generator.md is an example.
 */
export interface GeneratorFamily<R> {
  readonly id: string
  /** What a plan records of it, and the words for it where two plans differ. */
  readonly record: { readonly key: string; readonly title: string; readonly schema: z.ZodType<R> }
  /** What the plan of a run with this generator records; undefined for a generator of another family. */
  recordFor(descriptor: GeneratorDescriptor): R | undefined
  /** Room for one batch of `size` images. */
  batch(descriptor: GeneratorDescriptor, record: R, size: number): BatchDraws
}

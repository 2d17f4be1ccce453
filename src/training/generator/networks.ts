import type { GeneratorDescriptor, ImageInput } from '../../models/descriptor.js'
import type { DiscriminatorParts } from '../../networks/discriminators/discriminator.js'
import type { Graph } from '../../onnx/graph.js'
import type { JudgingName } from './losses/adversarial.js'

/** A network that looks at images, and how it wants them. */
export interface LookingNetwork {
  /** what messages call it */
  readonly name: string
  readonly graph: Graph
  readonly input: ImageInput
}

/** The networks of one step. The trained ones are as they are trained: nothing is folded. */
export interface StepNetworks {
  readonly generator: { readonly graph: Graph } & Pick<GeneratorDescriptor, 'input' | 'output'>
  /** `output` is the feature; `size` how many numbers it has */
  readonly recogniser: LookingNetwork & { readonly output: string; readonly size: number }
  /** `maps` are outputs of it; it may be the recogniser's graph */
  readonly perceptual?: LookingNetwork & { readonly maps: readonly string[] }
  readonly discriminator?: {
    readonly graph: Graph
    readonly parts: DiscriminatorParts
    readonly judging: JudgingName
  }
}

/** What goes into a step beside the weights; `rows` are its images, `paired` of them have a real one beside them. */
export const STEP_INPUTS = {
  /** [paired, 3, height, width] in the generator's range */
  real: 'real',
  /** [rows - paired, features]: vectors that no image has */
  free: 'free',
  /** [rows, features]: what is added to the vectors before they get their lengths back */
  noise: 'noise',
  /** [rows, tokens] */
  dropped: 'dropped',
  masked: 'masked',
} as const

/** What the names of the trained networks' weights begin with in a step's graph. */
export const PREFIX = { generator: 'generator/', discriminator: 'discriminator/' } as const

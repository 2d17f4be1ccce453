import { type OptimiserSpec, optimiserOf } from './optimisers/list.js'
import { clippingFactor, type Parameters, squaredLength, stepParameters } from './parameters.js'

/**
 * Steps a network's weights by the gradients that lie in its parameters.
 * @param taken steps of this network, this one among them
 * @param clip gradients of a larger length, all together, are shortened to it
 */
export function stepNetwork(
  { trained }: Parameters,
  spec: OptimiserSpec,
  { taken, rate, clip }: { taken: number; rate: number; clip?: number | undefined },
): void {
  const optimiser = optimiserOf(spec)
  const gradients = trained.map(({ gradient }) => gradient)
  const gradientScale = clip === undefined ? 1 : clippingFactor(Math.sqrt(squaredLength(gradients)), clip)
  const settings = { step: taken, rate, gradientScale, weightDecay: spec.weightDecay }
  stepParameters(trained, (stretch, each) => optimiser.step(stretch, each, spec), settings)
}

import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { showNode } from '../../onnx/node.js'
import { numbersIn } from '../../onnx/shapes/known.js'
import type { RuleSite, Rules } from '../rule.js'

const DEFAULT_RATIO = 0.5

/** When it runs, a dropout passes everything; while training, what its mask let through comes back as it went, enlarged. */
function dropout({ g, node, inputs: [, ratio, training], outputs, dy }: RuleSite): [Value] {
  const isTraining = training ? numbersIn(g.known(training))?.[0] : 0
  if (isTraining === 0) return [dy]
  const mask = outputs[1]
  const share = ratio ? numbersIn(g.known(ratio))?.[0] : DEFAULT_RATIO
  if (!mask || share === undefined || isTraining === undefined) {
    throw new InputError(
      `the gradient of ${showNode(node)} needs its mask, and a ratio and mode that are constant`,
      g.graph.origin,
      'export it with its second output, or in inference mode',
    )
  }
  return [share >= 1 ? g.zerosLike(dy) : g.scaled(g.keepWhere(mask, dy), 1 / (1 - share))]
}

/** What is left out at random. */
export const DROPOUT: Rules = { Dropout: dropout }

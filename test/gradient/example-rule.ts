import type { Rules } from '../../src/gradient/rule.js'
import { floatOf } from '../../src/onnx/node.js'

/** Numbers near 0 become 0, the others come nearer to it: the others pass the gradient on. */
export const SHRINK: Rules = {
  Shrink: ({ g, node, inputs: [x], dy }) => {
    const limit = g.number(floatOf(node, 'lambd', 0.5), x)
    return [g.keepWhere(g.greater(g.node('Abs', [x]), limit), dy)]
  },
}

import { intOf } from '../../onnx/node.js'
import type { Rules } from '../rule.js'

/** Sums up to each place, and halves of matrices: linear, with themselves turned around as transpose. */
export const TRIANGULAR: Rules = {
  Trilu: ({ g, node, inputs: [, diagonal], dy }) => {
    const upper = intOf(node, 'upper', 1)
    return [g.node('Trilu', diagonal ? [dy, diagonal] : [dy], { upper })]
  },
  CumSum: ({ g, node, inputs: [, axis], dy }) => {
    const [exclusive, reverse] = [intOf(node, 'exclusive', 0), 1 - intOf(node, 'reverse', 0)]
    return [g.node('CumSum', [dy, axis], { exclusive, reverse })]
  },
}

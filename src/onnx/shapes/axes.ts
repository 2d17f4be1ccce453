import { intsOf } from '../node.js'
import { numbersIn, type Site } from './known.js'

/** Axes that stand in an attribute in older operator sets and in an input in newer ones. */
export function axesOf({ node, inputs }: Site, input: number): readonly number[] | undefined {
  return intsOf(node, 'axes') ?? numbersIn(inputs[input])
}

/** Whether an operator of changing form has its axes given at all. */
export const hasAxes = ({ node, inputs }: Site, input: number): boolean =>
  node.attributes.axes !== undefined || inputs[input] !== undefined

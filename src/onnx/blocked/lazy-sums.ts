import type { Value } from '../graph-builder.js'
import { intOf, intsOf, type Node } from '../node.js'
import type { BlockedBuilder } from './blocked-builder.js'

/** A map times a number a channel; the map itself without. */
interface Term {
  readonly map: Value
  readonly factor?: Value
}

/** Maps times numbers a channel, and a number a channel, together. */
interface ScaledSum {
  readonly terms: readonly Term[]
  readonly summands: readonly Value[]
}

/**
 * Sums of maps that are scaled channel by channel, as batch normalisation and its gradient have them: made where they are asked
 * for, each map in one pass that adds to what is there.
 */
export class LazySums {
  readonly #sums = new Map<Value, ScaledSum>()

  constructor(private readonly g: BlockedBuilder) {}

  /** @returns false where the node is no such sum */
  take(node: Node): boolean {
    const sum = this.#scaled(node) ?? this.#product(node) ?? this.#prelu(node) ?? this.#sum(node)
    if (sum === undefined) return false
    this.#sums.set(node.outputs[0], sum)
    this.g.made(node, () => this.#make(node.outputs[0], sum))
    return true
  }

  /** A convolution of one number a channel. */
  #scaled(node: Node): ScaledSum | undefined {
    const { opType, inputs } = node
    const [map, factor, summand] = inputs
    const channels = this.g.mapShape(map)?.[1]
    const plain =
      opType === 'Conv' &&
      intOf(node, 'group', 1) === channels &&
      this.g.mapShape(factor)?.join() === [channels, 1, 1, 1].join() &&
      (intsOf(node, 'pads') ?? []).every((pad) => pad === 0) &&
      (intsOf(node, 'strides') ?? []).every((stride) => stride === 1)
    if (!plain || !this.g.isBlocked(map)) return undefined
    return { terms: [{ map, factor }], summands: summand ? [summand] : [] }
  }

  #product({ opType, inputs, outputs }: Node): ScaledSum | undefined {
    if (opType !== 'Mul') return undefined
    const map = inputs.find((name) => this.#isMap(name, outputs[0]) && this.g.isBlocked(name))
    const factor = inputs.find((name) => this.#isVector(name, outputs[0]))
    return map === undefined || factor === undefined ? undefined : { terms: [{ map, factor }], summands: [] }
  }

  /** What is above zero, and what is below times the slopes. */
  #prelu({ opType, inputs: [x, slopes], outputs: [y] }: Node): ScaledSum | undefined {
    const { g } = this
    if (opType !== 'PRelu' || !g.isBlocked(x) || !this.#isVector(slopes, y)) return undefined
    const above = g.add('Relu', [g.blocked(x)])
    const below = g.add('Sub', [g.blocked(x), above])
    return { terms: [{ map: g.inner(above) }, { map: g.inner(below), factor: slopes }], summands: [] }
  }

  #sum({ opType, inputs, outputs: [y] }: Node): ScaledSum | undefined {
    if (opType !== 'Add' && opType !== 'Sum') return undefined
    const summands: Value[] = []
    const terms: Term[] = []
    for (const name of inputs) {
      const inner = this.g.uses(name) === 1 ? this.#sums.get(name) : undefined
      if (inner !== undefined && this.#isMap(name, y)) {
        terms.push(...inner.terms)
        summands.push(...inner.summands)
      } else if (this.#isMap(name, y) && this.g.canBlock(name)) terms.push({ map: name })
      else if (this.#isVector(name, y)) summands.push(name)
      else return undefined
    }
    return terms.some(({ factor }) => factor !== undefined) ? { terms, summands } : undefined
  }

  #isMap(name: Value, like: Value): boolean {
    return (
      this.g.mapShape(like) !== undefined && this.g.mapShape(name)?.join() === this.g.mapShape(like)?.join()
    )
  }

  /** One number a channel, that broadcasts over a map. */
  #isVector(name: Value, like: Value): boolean {
    const channels = this.g.mapShape(like)?.[1]
    const shape = this.g.shape(name)?.join()
    return channels !== undefined && (shape === `1,${channels},1,1` || shape === `${channels},1,1`)
  }

  #make(name: Value, { terms, summands }: ScaledSum): Value {
    const { g } = this
    const channels = g.mapShape(name)?.[1] ?? 0
    const added = (values: readonly Value[]) =>
      values.length > 1 ? g.add(values.length === 2 ? 'Add' : 'Sum', values) : values[0]
    let sum = added(terms.flatMap(({ map, factor }) => (factor === undefined ? [g.blocked(map)] : [])))
    let bias = added(summands.map((vector) => g.reshape(vector, [channels])))
    for (const { map, factor } of terms) {
      if (factor === undefined) continue
      const kernel = g.reshape(factor, [channels, 1, 1, 1])
      const inputs = [g.blocked(map), kernel, ...(sum ? [bias ?? '', sum] : bias ? [bias] : [])]
      sum = g.own('Conv', inputs, { group: channels, kernel_shape: [1, 1] })
      bias = ''
    }
    return sum
  }
}

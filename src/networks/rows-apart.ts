import type { Graph } from '../onnx/graph.js'
import { GraphBuilder, type Value } from '../onnx/graph-builder.js'

/** A map [batch, channels, height, width] as {@link PARTS} maps: the p-th has the rows p, p + PARTS, p + 2 PARTS .. */
export interface RowsApart {
  readonly channels: number
  /** of the whole map */
  readonly height: number
  readonly parts: readonly Value[]
}

export const PARTS = 4

/** Rows of one part of a map. */
export const rowsOf = (height: number, part: number): number => Math.ceil((height - part) / PARTS)

/** A column of numbers that a map is convolved with: out[t] = sum over k of taps[k] in[step t + k - above]. */
export interface Column {
  readonly taps: readonly number[]
  /** rows of zeros that the map gets above and below; 0 */
  readonly above?: number
  readonly below?: number
  /** 1 */
  readonly step?: number
  /** [channels], added */
  readonly bias?: Value | undefined
}

/**
 * Operators on maps whose rows lie apart, as convolutions of single channels and sums: what onnxruntime has for its blocked
 * layout of maps, which nothing then leaves.
 */
export class RowBuilder {
  readonly g: GraphBuilder

  constructor(readonly graph: Graph) {
    this.g = new GraphBuilder('float32', graph)
  }

  /** A map with every channel convolved with the same column, plus another map. */
  column(map: Value, channels: number, column: Column, plus?: Value): Value {
    const { taps, above = 0, below = 0, step = 1, bias } = column
    const kernel = this.g.weight(this.g.name('column'), [channels, 1, taps.length, 1], () =>
      Float32Array.from({ length: channels * taps.length }, (_, i) => taps[i % taps.length]),
    )
    const result = this.g.node('Conv', [map, kernel, ...(bias === undefined ? [] : [bias])], {
      group: channels,
      kernel_shape: [taps.length, 1],
      pads: [above, 0, below, 0],
      strides: [step, 1],
    })
    return plus === undefined ? result : this.g.add(result, plus)
  }

  /** times * map + plus + bias */
  scaled(map: Value, channels: number, times: number, plus: Value, bias?: Value): Value {
    if (times === 1 && bias === undefined) return this.g.add(map, plus)
    return this.column(map, channels, { taps: [times], bias }, plus)
  }

  /** A map with rows of zeros below it, or without its last rows. */
  fit(map: Value, channels: number, from: number, to: number): Value {
    if (from === to) return map
    if (from < to) return this.column(map, channels, { taps: [1], below: to - from })
    return this.column(map, channels, { taps: [1, ...new Array<number>(from - to).fill(0)] })
  }

  /** Takes a whole map's rows apart. */
  apart(map: Value, channels: number, height: number): RowsApart {
    const parts = Array.from({ length: PARTS }, (_, part) =>
      this.column(map, channels, { taps: [...new Array<number>(part).fill(0), 1], step: PARTS }),
    )
    return { channels, height, parts }
  }

  /** Puts rows that lie apart together. */
  whole({ channels, height, parts }: RowsApart, width: number): Value {
    const tall = rowsOf(height, 0)
    const beside = parts.map((part, i) =>
      this.g.reshape(this.fit(part, channels, rowsOf(height, i), tall), [-1, channels, tall, 1, width]),
    )
    const joined = this.g.node('Concat', beside, { axis: 3 })
    const map = this.g.reshape(joined, [-1, channels, tall * PARTS, width])
    return height === tall * PARTS ? map : this.g.slice(map, 2, 0, height)
  }
}

import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import { scaleRows } from './fold-normalisation.js'
import type { Weights } from './weights.js'

export interface Convolution {
  readonly from: number
  readonly to: number
  /** height and width, or one number for both; 3 by default */
  readonly kernel?: number | readonly [number, number]
  readonly stride?: number
  /** as much as keeps the size, by default */
  readonly padding?: number | readonly [number, number]
  readonly groups?: number
}

const pair = (size: number | readonly [number, number]) => (typeof size === 'number' ? [size, size] : size)

/**
 * The layers of PyTorch's networks as ONNX operators. A layer is named by its key in the checkpoint, which is where
 * its weights are found, in a file or freshly drawn. Nothing is folded: {@link foldForInference} does that with the graph.
 */
export class Layers {
  constructor(
    readonly g: GraphBuilder,
    readonly weights: Weights,
    /** epsilon of the batch normalisation layers */
    private readonly batchNormEpsilon: number,
  ) {}

  /** A weight as it is stored. */
  weight(key: string, shape: readonly number[]): Value {
    const tensor = this.weights.take(key, shape)
    return this.g.weight(key, shape, () => tensor.readFloat32())
  }

  /**
   * Convolution, with the bias where the checkpoint has one.
   * @param change makes another kernel of the stored one
   */
  conv(x: Value, key: string, shape: Convolution, change = (kernel: Float32Array) => kernel): Value {
    const kernel = this.weights.take(`${key}.weight`, kernelShape(shape))
    const changed = this.g.weight(`${key}.weight`, kernelShape(shape), () => change(kernel.readFloat32()))
    const bias = this.weights.has(`${key}.bias`) ? [this.weight(`${key}.bias`, [shape.to])] : []
    return this.#conv([x, changed, ...bias], shape)
  }

  /** Convolution followed by batch normalisation. */
  convNorm(x: Value, key: string, normKey: string, shape: Convolution): Value {
    return this.batchNorm(this.conv(x, key, shape), normKey, shape.to)
  }

  /** Batch normalisation of a map [batch, channels, height, width] or of rows [batch, channels]. */
  batchNorm(x: Value, key: string, channels: number): Value {
    const parts = ['weight', 'bias'].map((name) => this.weight(`${key}.${name}`, [channels]))
    return this.#normalise(x, parts, key, channels)
  }

  /** Batch normalisation without weights of its own (PyTorch's `affine=False`). */
  plainBatchNorm(x: Value, key: string, channels: number): Value {
    const all = (value: number) => this.g.floats(new Array<number>(channels).fill(value))
    return this.#normalise(x, [all(1), all(0)], key, channels)
  }

  prelu(x: Value, key: string, channels: number): Value {
    const slope = this.weights.take(`${key}.weight`, [channels])
    return this.g.node('PRelu', [
      x,
      this.g.weight(`${key}.weight`, [channels, 1, 1], () => slope.readFloat32()),
    ])
  }

  relu(x: Value): Value {
    return this.g.node('Relu', [x])
  }

  /** x times the sigmoid of x. */
  silu(x: Value): Value {
    return this.g.mul(x, this.g.node('Sigmoid', [x]))
  }

  /**
   * y = x W^T + b for x [rows, from].
   * @param factor multiplies each output, folded into the weights
   */
  linear(x: Value, key: string, from: number, to: number, factor?: Float32Array): Value {
    const weight = this.weights.take(`${key}.weight`, [to, from])
    const bias = this.weights.take(`${key}.bias`, [to])
    const scaled = (values: Float32Array) => (factor === undefined ? values : scaleRows(values, factor))
    return this.g.node(
      'Gemm',
      [
        x,
        this.g.weight(`${key}.weight`, [to, from], () => scaled(weight.readFloat32())),
        this.g.weight(`${key}.bias`, [to], () => scaled(bias.readFloat32())),
      ],
      { transB: 1 },
    )
  }

  /** The exact form, with the error function. */
  gelu(x: Value): Value {
    const { g } = this
    const erf = g.node('Erf', [g.node('Div', [x, g.floats(Math.SQRT2)])])
    return g.mul(g.mul(x, g.add(erf, g.floats(1))), g.floats(0.5))
  }

  /** Layer normalisation over the last axis. */
  layerNorm(x: Value, key: string, size: number, epsilon: number): Value {
    const scale = this.weight(`${key}.weight`, [size])
    const shift = this.weight(`${key}.bias`, [size])
    return this.g.node('LayerNormalization', [x, scale, shift], { axis: -1, epsilon: { float: epsilon } })
  }

  /** Group normalisation of a map [batch, channels, height, width]. */
  groupNorm(x: Value, key: string, channels: number, groups: number, epsilon: number): Value {
    const { g } = this
    const grouped = g.node(
      'InstanceNormalization',
      [
        g.reshape(x, [0, groups, -1]),
        g.floats(new Array<number>(groups).fill(1)),
        g.floats(new Array<number>(groups).fill(0)),
      ],
      { epsilon: { float: epsilon } },
    )
    const normed = g.node('Reshape', [grouped, g.node('Shape', [x])])
    const [factor, summand] = ['weight', 'bias'].map((name) => {
      const tensor = this.weights.take(`${key}.${name}`, [channels])
      return g.weight(`${key}.${name}`, [channels, 1, 1], () => tensor.readFloat32())
    })
    return g.add(g.mul(normed, factor), summand)
  }

  /**
   * A map of twice the size, each pixel repeated, then a 3x3 convolution. Each of the four pixels that come of one sees
   * only 2x2 of the small map: four convolutions of it, with the kernel's taps summed, do 4/9 of the work.
   */
  doubled(x: Value, key: string, channels: number): Value {
    const kernel = this.weights.take(`${key}.weight`, [channels, channels, 3, 3])
    const bias = this.weight(`${key}.bias`, [channels])
    const pixels = [0, 1].flatMap((row) =>
      [0, 1].map((column) => {
        const weight = this.g.weight(`${key}.weight.${row}${column}`, [channels, channels, 2, 2], () =>
          sumTaps(kernel.readFloat32(), row, column),
        )
        const pads = [1 - row, 1 - column, row, column]
        return this.g.node('Conv', [x, weight, bias], { kernel_shape: [2, 2], pads })
      }),
    )
    return this.g.node('DepthToSpace', [this.g.node('Concat', pixels, { axis: 1 })], { blocksize: 2 })
  }

  #normalise(x: Value, scaling: readonly Value[], key: string, channels: number): Value {
    const moments = ['running_mean', 'running_var'].map((name) => this.weight(`${key}.${name}`, [channels]))
    this.weights.setAside(`${key}.num_batches_tracked`)
    return this.g.node('BatchNormalization', [x, ...scaling, ...moments], {
      epsilon: { float: this.batchNormEpsilon },
    })
  }

  #conv(inputs: readonly Value[], { kernel = 3, stride = 1, padding, groups = 1 }: Convolution): Value {
    const [height, width] = pair(kernel)
    const [vertical, horizontal] = pair(padding ?? [(height - 1) / 2, (width - 1) / 2])
    return this.g.node('Conv', inputs, {
      kernel_shape: [height, width],
      strides: [stride, stride],
      pads: [vertical, horizontal, vertical, horizontal],
      group: groups,
    })
  }
}

/** [to, from of a group, height, width] */
export function kernelShape({ from, to, kernel = 3, groups = 1 }: Convolution): number[] {
  return [to, from / groups, ...pair(kernel)]
}

/** The taps of 3x3 kernels that fall on the same pixel of the map before it was doubled, for one of its four pixels. */
function sumTaps(kernels: Float32Array, row: number, column: number): Float32Array {
  const out = new Float32Array((kernels.length / 9) * 4)
  for (let i = 0; i < kernels.length; i++) {
    const [y, x] = [Math.floor((i % 9) / 3), i % 3]
    out[Math.floor(i / 9) * 4 + ((y + 1 - row) >> 1) * 2 + ((x + 1 - column) >> 1)] += kernels[i]
  }
  return out
}

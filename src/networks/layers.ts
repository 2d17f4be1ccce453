import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import { tensorOf } from '../onnx/tensor.js'
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

  /** Convolution, with the bias where the checkpoint has one. */
  conv(x: Value, key: string, shape: Convolution): Value {
    const kernel = this.weight(`${key}.weight`, kernelShape(shape))
    const bias = this.weights.has(`${key}.bias`) ? [this.weight(`${key}.bias`, [shape.to])] : []
    return this.#conv([x, kernel, ...bias], shape)
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

  /** y = x W^T + b for x [rows, from]. */
  linear(x: Value, key: string, from: number, to: number): Value {
    const weight = this.weight(`${key}.weight`, [to, from])
    return this.g.node('Gemm', [x, weight, this.weight(`${key}.bias`, [to])], { transB: 1 })
  }

  /** The exact form, with the error function. */
  gelu(x: Value): Value {
    const { g } = this
    // The root is computed: as a number of the file it would be rounded, whatever the network is computed in.
    const erf = g.node('Erf', [g.node('Div', [x, g.node('Sqrt', [g.floats(2)])])])
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

  /** A map of twice the size: each pixel repeated. */
  doubled(x: Value): Value {
    const scales = this.g.initialiser(
      this.g.name('scales'),
      tensorOf('float32', [4], Float32Array.of(1, 1, 2, 2)),
    )
    return this.g.node('Resize', [x, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    })
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

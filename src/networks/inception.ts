import { type Attribute, GraphBuilder, type Value } from '../onnx/graph-builder.js'
import type { Architecture } from './architecture.js'
import { freshInception } from './inception-fresh.js'
import { type Convolution, Layers } from './layers.js'
import type { Weights } from './weights.js'

const EPSILON = 1e-3
/** Classes of the network of 2015, whose last layer nothing else has; torchvision's has ImageNet's 1000. */
const CLASSES = 1008
const GET_IT = 'for FID, get pt_inception-2015-12-05-6726825d.pth (pytorch-fid)'

export const inception: Architecture = {
  title: 'the Inception-v3 of FID (pytorch-fid)',
  roles: ['features'],
  signs: ['Mixed_7c.branch_pool.conv.weight'],
  otherFamily(state, asked) {
    const rows = state.get('fc.weight')?.shape[0]
    const auxiliary = [...state.keys()].some((key) => key.startsWith('AuxLogits.'))
    const layers = "the layers of torchvision's Inception-v3, whose pools differ and whose distance is no FID"
    if (auxiliary) return { what: `has auxiliary logits and ${layers}`, remedy: GET_IT }
    if (rows !== undefined && rows !== CLASSES) {
      return { what: `has ${rows} classes (FID's network has ${CLASSES}) and ${layers}`, remedy: GET_IT }
    }
    if (rows === undefined && !asked) {
      return {
        what: "lacks 'fc.weight', whose rows tell FID's Inception-v3 (1008) from torchvision's (1000)",
        remedy: `${GET_IT}; if these are its weights, give --as inception`,
      }
    }
    return undefined
  },
  build(g, weights) {
    const assumed = weights.has('fc.weight') ? [] : ["FID's network of 2015-12-05, as --as says"]
    const { featureSize } = buildInception(g, weights)
    return {
      role: 'features',
      description: 'Inception-v3 of 2015-12-05, pool3',
      input: { name: 'image', size: [299, 299], resize: 'bilinear' },
      output: { name: 'feature', size: featureSize },
      distanceName: 'FID',
      assumed,
    }
  },
  fresh: (seed) => freshInception(seed, (weights) => buildInception(new GraphBuilder(), weights)),
}

type Options = Pick<Convolution, 'kernel' | 'stride' | 'padding'>
const ROW: Options = { kernel: [1, 7] }
const COLUMN: Options = { kernel: [7, 1] }
const VALID: Options = { kernel: 3, padding: 0 }
const HALVING: Options = { kernel: 3, stride: 2, padding: 0 }

/**
 * The Inception-v3 of 2015-12-05 as pytorch-fid has it, up to the last average pool. It differs from torchvision's: average
 * pools leave the padding out, and the last block has a maximum pool.
 *
 * Input: `image` [batch, 3, 299, 299] in -1..1. Output: `feature` [batch, 2048].
 */
export function buildInception(g: GraphBuilder, weights: Weights): { featureSize: number } {
  const net = new Inception(g, weights)
  let x = g.floatInput('image', ['batch', 3, 299, 299])
  x = net.conv(x, 'Conv2d_1a_3x3', HALVING)
  x = net.conv(x, 'Conv2d_2a_3x3', VALID)
  x = net.conv(x, 'Conv2d_2b_3x3', { kernel: 3 })
  x = net.halve(x)
  x = net.conv(x, 'Conv2d_3b_1x1')
  x = net.conv(x, 'Conv2d_4a_3x3', VALID)
  x = net.halve(x)
  for (const name of ['Mixed_5b', 'Mixed_5c', 'Mixed_5d']) x = net.blockA(x, name)
  x = net.blockB(x, 'Mixed_6a')
  for (const name of ['Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e']) x = net.blockC(x, name)
  x = net.blockD(x, 'Mixed_7a')
  x = net.blockE(x, 'Mixed_7b', 'average')
  x = net.blockE(x, 'Mixed_7c', 'maximum')
  const featureSize = net.widthOf(x)
  g.output('feature', g.node('Flatten', [g.node('GlobalAveragePool', [x])]), ['batch', featureSize])
  weights.setAside('fc.weight', 'fc.bias')
  return { featureSize }
}

/** Inception's blocks. How many channels a map has follows from the kernels in the checkpoint. */
class Inception {
  readonly #layers: Layers
  readonly #widths = new Map<Value, number>()

  constructor(
    private readonly g: GraphBuilder,
    private readonly weights: Weights,
  ) {
    this.#layers = new Layers(g, weights, EPSILON)
  }

  widthOf(x: Value): number {
    return this.#widths.get(x) ?? 3
  }

  /** Convolution (1x1 where nothing else is said), batch normalisation, ReLU. */
  conv(x: Value, key: string, options: Options = { kernel: 1 }): Value {
    const to = this.weights.shapeOf(`${key}.conv.weight`, 4)[0]
    const shape = { from: this.widthOf(x), to, ...options }
    return this.#wide(this.#layers.relu(this.#layers.convNorm(x, `${key}.conv`, `${key}.bn`, shape)), to)
  }

  halve(x: Value): Value {
    return this.#pool(x, 'MaxPool', { strides: [2, 2] })
  }

  /** 35x35: 1x1, 5x5, two 3x3. */
  blockA(x: Value, key: string): Value {
    return this.#concat(
      this.conv(x, `${key}.branch1x1`),
      this.#chain(x, key, ['branch5x5_1'], ['branch5x5_2', { kernel: 5 }]),
      this.#chain(
        x,
        key,
        ['branch3x3dbl_1'],
        ['branch3x3dbl_2', { kernel: 3 }],
        ['branch3x3dbl_3', { kernel: 3 }],
      ),
      this.conv(this.#average(x), `${key}.branch_pool`),
    )
  }

  /** 35x35 to 17x17. */
  blockB(x: Value, key: string): Value {
    return this.#concat(
      this.conv(x, `${key}.branch3x3`, HALVING),
      this.#chain(x, key, ['branch3x3dbl_1'], ['branch3x3dbl_2', { kernel: 3 }], ['branch3x3dbl_3', HALVING]),
      this.halve(x),
    )
  }

  /** 17x17: 1x1, 7x7 as a row and a column, twice the same. */
  blockC(x: Value, key: string): Value {
    return this.#concat(
      this.conv(x, `${key}.branch1x1`),
      this.#chain(x, key, ['branch7x7_1'], ['branch7x7_2', ROW], ['branch7x7_3', COLUMN]),
      this.#chain(
        x,
        key,
        ['branch7x7dbl_1'],
        ['branch7x7dbl_2', COLUMN],
        ['branch7x7dbl_3', ROW],
        ['branch7x7dbl_4', COLUMN],
        ['branch7x7dbl_5', ROW],
      ),
      this.conv(this.#average(x), `${key}.branch_pool`),
    )
  }

  /** 17x17 to 8x8. */
  blockD(x: Value, key: string): Value {
    return this.#concat(
      this.#chain(x, key, ['branch3x3_1'], ['branch3x3_2', HALVING]),
      this.#chain(
        x,
        key,
        ['branch7x7x3_1'],
        ['branch7x7x3_2', ROW],
        ['branch7x7x3_3', COLUMN],
        ['branch7x7x3_4', HALVING],
      ),
      this.halve(x),
    )
  }

  /** 8x8: 3x3 as a row beside a column. */
  blockE(x: Value, key: string, pool: 'average' | 'maximum'): Value {
    const fork = (y: Value, name: string) => [
      this.conv(y, `${key}.${name}a`, { kernel: [1, 3] }),
      this.conv(y, `${key}.${name}b`, { kernel: [3, 1] }),
    ]
    const pooled = pool === 'average' ? this.#average(x) : this.#pool(x, 'MaxPool', { pads: [1, 1, 1, 1] })
    return this.#concat(
      this.conv(x, `${key}.branch1x1`),
      ...fork(this.conv(x, `${key}.branch3x3_1`), 'branch3x3_2'),
      ...fork(this.#chain(x, key, ['branch3x3dbl_1'], ['branch3x3dbl_2', { kernel: 3 }]), 'branch3x3dbl_3'),
      this.conv(pooled, `${key}.branch_pool`),
    )
  }

  #chain(x: Value, key: string, ...steps: [name: string, options?: Options][]): Value {
    return steps.reduce((y, [name, options]) => this.conv(y, `${key}.${name}`, options), x)
  }

  #average(x: Value): Value {
    return this.#pool(x, 'AveragePool', { pads: [1, 1, 1, 1], count_include_pad: 0 })
  }

  #pool(x: Value, type: 'MaxPool' | 'AveragePool', attributes: Record<string, Attribute>): Value {
    return this.#wide(this.g.node(type, [x], { kernel_shape: [3, 3], ...attributes }), this.widthOf(x))
  }

  #concat(...maps: Value[]): Value {
    const width = maps.reduce((sum, map) => sum + this.widthOf(map), 0)
    return this.#wide(this.g.node('Concat', maps, { axis: 1 }), width)
  }

  #wide(x: Value, width: number): Value {
    this.#widths.set(x, width)
    return x
  }
}

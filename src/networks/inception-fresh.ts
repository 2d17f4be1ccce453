import { FreshWeights } from './fresh-weights.js'
import { Weights, type WeightTensor, type WeightTensors } from './weights.js'

const CLASSES = 1008

const blockA = (pool: number) => ({
  branch1x1: 64,
  branch5x5_1: 48,
  branch5x5_2: 64,
  branch3x3dbl_1: 64,
  branch3x3dbl_2: 96,
  branch3x3dbl_3: 96,
  branch_pool: pool,
})
const blockC = (inner: number) => ({
  branch1x1: 192,
  branch7x7_1: inner,
  branch7x7_2: inner,
  branch7x7_3: 192,
  branch7x7dbl_1: inner,
  branch7x7dbl_2: inner,
  branch7x7dbl_3: inner,
  branch7x7dbl_4: inner,
  branch7x7dbl_5: 192,
  branch_pool: 192,
})
const BLOCK_E = {
  branch1x1: 320,
  branch3x3_1: 384,
  branch3x3_2a: 384,
  branch3x3_2b: 384,
  branch3x3dbl_1: 448,
  branch3x3dbl_2: 384,
  branch3x3dbl_3a: 384,
  branch3x3dbl_3b: 384,
  branch_pool: 192,
}

/** Channels of each convolution, by its block and its name there. */
const WIDTHS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '': { Conv2d_1a_3x3: 32, Conv2d_2a_3x3: 32, Conv2d_2b_3x3: 64, Conv2d_3b_1x1: 80, Conv2d_4a_3x3: 192 },
  Mixed_5b: blockA(32),
  Mixed_5c: blockA(64),
  Mixed_5d: blockA(64),
  Mixed_6a: { branch3x3: 384, branch3x3dbl_1: 64, branch3x3dbl_2: 96, branch3x3dbl_3: 96 },
  Mixed_6b: blockC(128),
  Mixed_6c: blockC(160),
  Mixed_6d: blockC(160),
  Mixed_6e: blockC(192),
  Mixed_7a: {
    branch3x3_1: 192,
    branch3x3_2: 320,
    branch7x7x3_1: 192,
    branch7x7x3_2: 192,
    branch7x7x3_3: 192,
    branch7x7x3_4: 192,
  },
  Mixed_7b: BLOCK_E,
  Mixed_7c: BLOCK_E,
}

/** Stands for weights while the network is built, and remembers which it asks for. */
class WantedWeights extends Weights {
  readonly shapes = new Map<string, readonly number[]>()

  constructor() {
    super(new Map(), 'fresh weights')
  }

  /** The channels of a convolution, which is all that the network asks for. */
  override shapeOf(key: string): readonly number[] {
    const [last, block = ''] = key
      .replace(/\.conv\.weight$/, '')
      .split('.')
      .toReversed()
    return [WIDTHS[block][last]]
  }

  override take(key: string, shape: readonly number[]): WeightTensor {
    this.shapes.set(key, shape)
    const size = shape.reduce((product, n) => product * n, 1)
    return { shape, size, readFloat32: () => new Float32Array(size) }
  }
}

/**
 * Fresh weights of Inception-v3 as pytorch-fid's code begins them: as PyTorch does, since it leaves out torchvision's own.
 * @param build builds the network around weights
 */
export function freshInception(seed: number, build: (weights: Weights) => void): WeightTensors {
  const wanted = new WantedWeights()
  build(wanted)
  const fresh = new FreshWeights(seed)
  for (const [key, [to, from, ...kernel]] of wanted.shapes) {
    const name = key.replace(/\.[^.]*$/, '')
    if (key.endsWith('.conv.weight')) fresh.convolution(name, { from, to, kernel: [kernel[0], kernel[1]] })
    else if (key.endsWith('.bn.weight')) fresh.batchNorm(name, to)
  }
  fresh.linear('fc', 2048, CLASSES)
  return fresh.tensors
}

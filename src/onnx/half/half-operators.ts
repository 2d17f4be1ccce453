/** The types of 16 bits that a network can be brought to. */
export const HALF_TYPES = ['float16', 'bfloat16'] as const
export type HalfType = (typeof HALF_TYPES)[number]

const PRODUCTS = ['Gemm', 'MatMul']

/** What gains most: computed in halves wherever its inputs come from. onnxruntime has no convolution of bfloat16. */
export const LEADING: Readonly<Record<HalfType, ReadonlySet<string>>> = {
  float16: new Set([...PRODUCTS, 'Conv', 'ConvTranspose']),
  bfloat16: new Set(PRODUCTS),
}

const ARITHMETIC = ['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Abs', 'Min', 'Max', 'Where', 'Sum']
const ACTIVATIONS = [
  'Relu',
  'Sigmoid',
  'Tanh',
  'Erf',
  'Gelu',
  'Clip',
  'LeakyRelu',
  'PRelu',
  'Elu',
  'HardSwish',
]
const ARRANGEMENT = [
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Identity', 'Expand', 'Tile', 'Pad'],
  ...['Concat', 'Split', 'Slice', 'Gather', 'DepthToSpace', 'SpaceToDepth'],
]
const IMAGES = ['MaxPool', 'AveragePool', 'GlobalMaxPool', 'Resize']

/** Computed in halves where all that goes in is halves already, as PyTorch's autocast widens to the widest input. */
export const FOLLOWING: Readonly<Record<HalfType, ReadonlySet<string>>> = {
  float16: new Set([...ARITHMETIC, ...ACTIVATIONS, ...ARRANGEMENT, ...IMAGES]),
  bfloat16: new Set(['Add', 'Sub', 'Mul', 'Div', 'Relu', 'Sigmoid', 'Tanh', 'Gelu', ...ARRANGEMENT]),
}

/** Whether an input of floats is of the type that the operator computes in; the others stay float32. */
export const isComputed = (opType: string, input: number): boolean => opType !== 'Resize' || input === 0

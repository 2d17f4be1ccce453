import { ELEMENT_SIZES, type StoredType, toFloat32 } from '../arrays/element-types.js'
import type { ByteSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'

/** A run of elements in a file, which tensors are views of. */
export interface Storage {
  readonly type: StoredType
  /** in elements */
  readonly length: number
  /** where its first byte lies in `source`; a function where the file says it only behind the pickle */
  readonly offset: () => number
  readonly source: ByteSource
}

function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= shape[axis]
  }
  return strides
}

/** A tensor in a checkpoint. Its numbers are read when they are asked for. */
export class StoredTensor {
  /** how many numbers it has */
  readonly size: number

  /**
   * @param start where it begins in its storage, in elements
   * @param strides in elements; those of C order where they are left out
   * @throws InputError where it reaches outside its storage, or repeats what is stored
   */
  constructor(
    private readonly storage: Storage,
    readonly shape: readonly number[],
    private readonly start = 0,
    private readonly strides: readonly number[] = contiguousStrides(shape),
  ) {
    const whole = [start, ...shape, ...strides].every((n) => Number.isSafeInteger(n) && n >= 0)
    this.size = shape.reduce((product, n) => product * n, 1)
    const last = start + shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], 0)
    const fits = this.size === 0 || (last < storage.length && this.size <= storage.length)
    if (!whole || shape.length !== strides.length || !fits) {
      throw new InputError(
        `a tensor of shape [${shape.join(', ')}] lies outside its storage of ${storage.length} numbers`,
        storage.source.name,
        'download the checkpoint again from a source you trust',
      )
    }
  }

  get type(): StoredType {
    return this.storage.type
  }

  /** Reads the numbers, in C order, as float32. @throws InputError where the file ends before them */
  readFloat32(): Float32Array {
    const { type, source } = this.storage
    const size = ELEMENT_SIZES[type]
    const straight = contiguousStrides(this.shape)
    if (this.strides.every((stride, axis) => stride === straight[axis] || this.shape[axis] === 1)) {
      return toFloat32(
        type,
        aligned(source.read(this.storage.offset() + this.start * size, this.size * size)),
      )
    }
    const all = toFloat32(type, aligned(source.read(this.storage.offset(), this.storage.length * size)))
    return this.#gather(all)
  }

  #gather(all: Float32Array): Float32Array {
    const out = new Float32Array(this.size)
    const index = new Array<number>(this.shape.length).fill(0)
    let from = this.start
    for (let i = 0; i < out.length; i++) {
      out[i] = all[from]
      for (let axis = index.length - 1; axis >= 0; axis--) {
        from += this.strides[axis]
        if (++index[axis] < this.shape[axis]) break
        from -= this.strides[axis] * this.shape[axis]
        index[axis] = 0
      }
    }
    return out
  }
}

/** Typed arrays need their first byte at a multiple of the element's size. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes)
}

/** Tensors by name: PyTorch's `state_dict()`. */
export type StateDict = ReadonlyMap<string, StoredTensor>

import { InputError } from '../errors.js'
import type { DatasetRecord } from './dataset.js'

/** What every writer asks of its records: identities ascending, and in each the images ascending. */
export class RecordOrder {
  #identity = -1
  #image = -1

  constructor(private readonly where: string) {}

  /** Takes note of a record; tells whether it begins an identity. @throws InputError when it comes out of order or is empty */
  next({ identity, image, bytes }: DatasetRecord): boolean {
    const begins = identity > this.#identity
    const inOrder = begins || (identity === this.#identity && image > this.#image)
    if (!inOrder || !isLabel(identity) || !isLabel(image)) {
      throw new InputError(
        `image ${image} of identity ${identity} came after image ${this.#image} of identity ${this.#identity}`,
        this.where,
        'write identities and their images in ascending order, counted from 0',
      )
    }
    if (bytes.length === 0) {
      throw new InputError(`image ${image} of identity ${identity} has no bytes`, this.where)
    }
    this.#identity = identity
    this.#image = image
    return begins
  }
}

/** Whether a number can be a class label or an image's number: an integer, 0 .. 2^32 - 1. */
export function isLabel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32
}

import { InputError } from '../../errors.js'

// MXNet's IRHeader, packed 'IfQQ': number of labels that follow (0: one, in the header), label, two ids.
const HEADER = 24

/** A record of an image dataset: labels, and an image or nothing. */
export interface ImageRecord {
  /** whether the labels stand after the header: always so in the records that describe others */
  readonly listed: boolean
  readonly labels: Float32Array
  readonly bytes: Buffer
}

/** Highest whole number up to which float32, the type of all labels, has every one. */
export const HIGHEST_LABEL = 2 ** 24

/** Packs an image as `mx.recordio.pack(IRHeader(0, label, id, 0), image)`. */
export function packImage(label: number, id: number, image: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(HEADER + image.length)
  out.writeUInt32LE(0, 0)
  out.writeFloatLE(label, 4)
  writeIds(out, id, 0)
  out.set(image, HEADER)
  return out
}

/** Packs a record without an image, as `mx.recordio.pack(IRHeader(0, labels, id, second), b'')`. */
export function packLabels(labels: readonly number[], id: number, second = 0): Buffer {
  const out = Buffer.alloc(HEADER + 4 * labels.length)
  out.writeUInt32LE(labels.length, 0)
  writeIds(out, id, second)
  for (const [i, label] of labels.entries()) out.writeFloatLE(label, HEADER + 4 * i)
  return out
}

/**
 * The reverse of both, as `mx.recordio.unpack`; the image is a view. What is wrong where it is cut short: thrown, it would
 * take longer than all else.
 * @param ways what else can be done about it
 */
export function unpack(record: Buffer, where: () => string, ...ways: string[]): ImageRecord | InputError {
  const flag = record.length < HEADER ? -1 : record.readUInt32LE(0)
  const end = HEADER + 4 * flag
  if (flag < 0 || end > record.length) {
    const remedies = ['it must begin with the header of mx.recordio', ...ways]
    return new InputError('the record is no image record', where(), remedies)
  }
  const labels = new Float32Array(Math.max(flag, 1))
  for (let i = 0; i < labels.length; i++) labels[i] = record.readFloatLE(flag === 0 ? 4 : HEADER + 4 * i)
  return { listed: flag > 0, labels, bytes: record.subarray(end) }
}

function writeIds(out: Buffer, id: number, second: number): void {
  out.writeBigUInt64LE(BigInt(id), 8)
  out.writeBigUInt64LE(BigInt(second), 16)
}

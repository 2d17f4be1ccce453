import type { InputError } from '../errors.js'
import type { PassedOverFiles } from '../images/passed-over.js'

/** The largest encoded image that is read, in bytes: a corrupt length must not exhaust memory. */
export const MAX_IMAGE_BYTES = 64 * 2 ** 20

/** What can be done about an image that can't be mended. */
export const LEAVE_OUT = 'leave it out (--skip-unreadable; in a paths file skipUnreadable: true)'

/** One image of a training dataset. */
export interface DatasetRecord {
  /**
   * class label as the dataset has it, 0 .. 2^32 - 1; the field's datasets count from 0 without gaps. Of a record with a
   * `problem` that hides it, another's
   */
  readonly identity: number
  /** position among its identity's images in the order of reading, 0 .. */
  readonly image: number
  /** the encoded image as stored: JPEG, or whatever else the dataset holds */
  readonly bytes: Uint8Array
  /** what messages call the image: `000123/007.jpg`, `train.rec#8`. Untrusted: never a path to write to */
  readonly name?: string
  /** why its bytes could not be read; they are none then. Only where it was asked for */
  readonly problem?: InputError
}

export interface ReadOptions {
  /** records whose bytes can't be read come as well, with their `problem`, instead of ending the reading */
  readonly keepUnreadable?: boolean
}

/**
 * A training dataset, read one record at a time. Memory does not grow with the size of the images; some
 * formats keep a few bytes for each record.
 */
export interface DatasetReader {
  /** id of its form */
  readonly format: string
  /** what was opened: a file or a folder */
  readonly path: string
  /** number of images, where the format tells it without reading everything */
  readonly imageCount?: number | undefined
  /** number of identities, where the format tells it without reading everything */
  readonly identityCount?: number | undefined
  /** The number of images where `imageCount` doesn't tell it, by something quicker than reading them. @throws InputError */
  countImages?(): Promise<number>
  /** files that are no images and the like; complete once all records were read or counted */
  readonly passedOver?: PassedOverFiles | undefined
  /** identity names by label, where the format has names (folders) */
  readonly identityNames?: readonly string[] | undefined
  /**
   * Whether all images of an identity come one after another. Where it is false (WebDataset, LMDB: they may
   * be shuffled) a caller must be ready for any order.
   */
  readonly grouped: boolean
  /**
   * Records in the dataset's own order, the same at every reading. May be called many times, also at the
   * same time; each record's bytes are the caller's to keep. @throws InputError at the first record that
   * cannot be read
   */
  records(options?: ReadOptions): AsyncIterableIterator<DatasetRecord>
  /** Gives back open files; nothing can be read afterwards. */
  close(): Promise<void>
}

/**
 * Writes a training dataset, one record at a time. The bytes written depend on nothing but the records and
 * their order; what an earlier, unfinished run left at the same place is overwritten.
 */
export interface DatasetWriter {
  /**
   * Writes one record; wait for it before the next, and leave its bytes as they are until then. Records come
   * grouped: identities in ascending order, and in each the images in ascending order. @throws InputError when
   * one comes out of order or the disk is full
   */
  write(record: DatasetRecord): Promise<void>
  /** Finishes the dataset: nothing is whole before. */
  close(): Promise<void>
}

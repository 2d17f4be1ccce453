/** The forms in which the field shares training datasets. */
export const DATASET_FORMATS = ['folder', 'webdataset', 'recordio', 'lmdb'] as const
export type DatasetFormat = (typeof DATASET_FORMATS)[number]

/** One image of a training dataset. */
export interface DatasetRecord {
  /** class label, 0 .. identities - 1 */
  readonly identity: number
  /** position among its identity's images, 0 .. */
  readonly image: number
  /** the encoded image as stored: JPEG, or whatever else the dataset holds */
  readonly bytes: Uint8Array
  /** what messages call the image, where the format has a name for it: `000123/007.jpg`, `train.rec#8` */
  readonly name?: string
}

/** Where iteration starts and ends, counted in records of the dataset's own order. */
export interface RecordRange {
  /** first record wanted (default 0) */
  readonly start?: number
  /** one past the last record wanted (default: all) */
  readonly end?: number
}

/**
 * A training dataset, read one record at a time. Memory does not grow with the size of the images held;
 * some formats keep a few bytes for each record.
 */
export interface DatasetReader {
  readonly format: DatasetFormat
  /** what was opened: a file or a folder */
  readonly path: string
  /** number of images, where the format tells it without reading everything */
  readonly imageCount?: number
  /** number of identities, where the format tells it without reading everything */
  readonly identityCount?: number
  /** identity names by label, where the format has names (folders) */
  readonly identityNames?: readonly string[]
  /**
   * Whether the format promises that all images of an identity come one after another. Where it is false
   * (WebDataset, LMDB: they may be shuffled) a caller must be ready for any order.
   */
  readonly grouped: boolean
  /**
   * Records in the dataset's own order, which is the same at every reading. May be called many times, also
   * at the same time. @throws InputError at the first record that cannot be read
   */
  records(range?: RecordRange): AsyncIterableIterator<DatasetRecord>
  /** Gives back open files; nothing can be read afterwards. */
  close(): Promise<void>
}

/**
 * Writes a training dataset, one record at a time. The bytes written depend on nothing but the records and
 * their order. Records must come grouped: identities in ascending order from 0, and in each the images in
 * ascending order from 0.
 */
export interface DatasetWriter {
  /** Writes one record; wait for it before the next. @throws InputError when it comes out of order or the disk is full */
  write(record: DatasetRecord): Promise<void>
  /** Finishes the dataset: nothing is whole before. */
  close(): Promise<void>
}

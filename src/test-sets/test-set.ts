import type { EncodedImage, RawPixels } from '../images/image.js'

/** Pairs of images by index; pair `i` compares `first[i]` with `second[i]`. */
export interface Pairs {
  readonly first: Uint32Array
  readonly second: Uint32Array
  /** 1 where both images show one person, else 0 */
  readonly same: Uint8Array
}

/** What of a list is not in the set, since an alignment made no crop of it, as its user said. */
export interface LeftOutOfList {
  /** each with its reason */
  readonly images: readonly string[]
  readonly pairs: number
}

/** Pairs of face images on which recognisers are verified; images are read one at a time, on demand. */
export interface TestSet {
  /** what tables call it: from the file's name unless one was given */
  readonly name: string
  /** id of its form */
  readonly format: string
  /** images are addressed 0 .. `imageCount - 1`; in list forms an image that many pairs use is one image */
  readonly imageCount: number
  readonly pairs: Pairs
  /** fold of each pair (0 ..), where the data give one: LFW's `pairs.txt`, SLLFW, DoppelVer, a CSV with folds */
  readonly folds?: Uint16Array
  /** number of the subject of each image, where the data name subjects */
  readonly subjectOf?: Uint32Array
  readonly leftOut?: LeftOutOfList
  /** SHA-256, in hex, of everything that could change a result: images, pairs, labels and folds (fingerprint.ts) */
  readonly fingerprint: string
  /** what messages call an image: `lfw.bin#12`, or its path below the image folder */
  imageName(index: number): string
  /** Reads one image; safe to call many times at once. @throws InputError where it cannot be read */
  read(index: number): Promise<EncodedImage | RawPixels>
  /** Gives back files and temporary files; nothing can be read afterwards. */
  close(): Promise<void>
}

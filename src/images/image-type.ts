/** A raster form that is decoded. */
export interface ImageForm {
  readonly name: string
  /** endings of its files, in lower case without the dot; the first is the one that is written */
  readonly endings: readonly string[]
  /** whether bytes from the beginning of a file, 32 at least where there are as many, are of this form */
  readonly recognise: (head: string) => boolean
}

const begins = (signature: string) => (head: string) => head.startsWith(signature)

/** A portable map begins with its number, white space, and a comment or the width. */
const portableMap = (numbers: string) => {
  const beginning = new RegExp(`^P[${numbers}]\\s+[\\d#]`)
  return (head: string) => beginning.test(head)
}

/** Two letters are not enough: the length of the header follows the first 14 bytes. */
const isBmp = (head: string) =>
  head.startsWith('BM') &&
  head.slice(15, 18) === '\0\0\0' &&
  [12, 40, 52, 56, 64, 108, 124].includes(head.charCodeAt(14))

/** The brands of AVIF among those that an ISO media file lists. HEIC is not decoded. */
const isAvif = (head: string) =>
  head.startsWith('ftyp', 4) &&
  (head.startsWith('avif', 8) || head.startsWith('avis', 8) || /avif|avis/.test(head.slice(16)))

/** Everything that is decoded. SVG and the like are refused, since they can name other files. */
export const IMAGE_FORMS: readonly ImageForm[] = [
  { name: 'JPEG', endings: ['jpg', 'jpeg', 'jpe', 'jfif'], recognise: begins('\xff\xd8\xff') },
  { name: 'PNG', endings: ['png'], recognise: begins('\x89PNG') },
  {
    name: 'WebP',
    endings: ['webp'],
    recognise: (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8),
  },
  { name: 'BMP', endings: ['bmp', 'dib'], recognise: isBmp },
  { name: 'GIF', endings: ['gif'], recognise: begins('GIF8') },
  {
    name: 'TIFF',
    endings: ['tif', 'tiff'],
    recognise: (head) => head.startsWith('II*\0') || head.startsWith('MM\0*'),
  },
  { name: 'PPM', endings: ['ppm', 'pnm'], recognise: portableMap('36') },
  { name: 'PGM', endings: ['pgm'], recognise: portableMap('25') },
  { name: 'PBM', endings: ['pbm'], recognise: portableMap('14') },
  { name: 'AVIF', endings: ['avif'], recognise: isAvif },
]

/** Endings, in lower case without the dot, of the files that are taken for images. */
export const IMAGE_ENDINGS: ReadonlySet<string> = new Set(IMAGE_FORMS.flatMap(({ endings }) => endings))

/** Bytes at the beginning of a file that tell its form. */
export const HEAD_BYTES = 32

/** The form of an encoded image, told from its first bytes; undefined where it is none that is decoded. */
export function imageForm(bytes: Uint8Array): ImageForm | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString(
    'latin1',
  )
  return IMAGE_FORMS.find(({ recognise }) => recognise(head))
}

/** The ending that an encoded image's content asks for; `jpg` where the content is not known. */
export function imageEnding(bytes: Uint8Array): string {
  return imageForm(bytes)?.endings[0] ?? 'jpg'
}

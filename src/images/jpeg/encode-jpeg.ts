import { InputError } from '../../errors.js'
import { ColourPlanes, type Plane } from './colour-planes.js'
import { type Divisors, divisorsOf, EntropyCoder, MOST_OF_A_BLOCK } from './entropy-coder.js'
import { forwardTransform } from './forward-transform.js'
import { jpegHeader } from './header.js'
import { quantisationTables } from './quantisation.js'

/** How an image is encoded: quality 1..100, and whether colours are kept at half or full resolution. */
export interface JpegSettings {
  readonly quality: number
  readonly chromaSubsampling: '4:2:0' | '4:4:4'
}

const MOST_PIXELS = 65_535
const END_OF_IMAGE = [0xff, 0xd9]

/** What is the same for all images of one size. */
interface Form {
  readonly planes: ColourPlanes
  readonly header: Uint8Array
  readonly divisors: readonly Divisors[]
  /** memory for the longest file there could be, which begins with the header */
  readonly room: Uint8Array
}
/** Images that follow one another have one size. */
let kept: { readonly key: string; readonly form: Form } | undefined

/**
 * Encodes an RGB image as baseline JPEG with the accurate integer transform and the typical Huffman tables. The bytes
 * are those of Pillow's `save(format='JPEG', quality, subsampling)`, to the last one: libjpeg's arithmetic is exact.
 *
 * libvips makes the same bytes, and takes 1.0 ms of processor time for an image of 112x112, of which a tenth is the transform; this
 * takes 0.45 (AMD EPYC, `benchmarks/perf/jpeg.ts`). libjpeg-turbo as WebAssembly packages have it has a fast transform, whose pixels are up to 15 levels off.
 *
 * @param pixels `height * width * 3` bytes, row after row
 * @throws InputError where a side has more pixels than the format has numbers for
 */
export function encodeJpeg(
  pixels: Uint8Array,
  width: number,
  height: number,
  { quality, chromaSubsampling }: JpegSettings,
): Uint8Array {
  if (width > MOST_PIXELS || height > MOST_PIXELS)
    throw new InputError(`${width}x${height} pixels don't fit into JPEG`, 'an image', 'make smaller ones')
  const share = chromaSubsampling === '4:2:0' ? 2 : 1
  const { planes, header, divisors, room } = formOf(width, height, quality, share)
  planes.fill(pixels)
  const coder = new EntropyCoder(room, header.length)
  encodePlanes(planes.all, divisors, share, coder)
  coder.finish()
  room.set(END_OF_IMAGE, coder.end)
  return room.slice(0, coder.end + END_OF_IMAGE.length)
}

/** Blocks of luminance and colour that show the same pixels follow one another: T.81, annex A.2. */
function encodePlanes(
  planes: readonly Plane[],
  divisors: readonly Divisors[],
  share: 1 | 2,
  coder: EntropyCoder,
): void {
  const block = new Int32Array(64)
  const before = [0, 0, 0]
  const [{ columns, rows }] = planes
  for (let row = 0; row < Math.ceil(rows / share); row++)
    for (let column = 0; column < Math.ceil(columns / share); column++)
      for (let i = 0; i < planes.length; i++) {
        const plane = planes[i]
        const table = i === 0 ? 0 : 1
        const side = i === 0 ? share : 1
        for (let y = row * side; y < (row + 1) * side; y++)
          for (let x = column * side; x < (column + 1) * side; x++) {
            if (x >= plane.columns || y >= plane.rows) {
              coder.same(table)
              continue
            }
            take(plane, x, y, block)
            forwardTransform(block)
            before[i] = coder.block(block, divisors[table], table, before[i])
          }
      }
}

/** The samples of a block, less 128. */
function take({ samples, stride }: Plane, x: number, y: number, block: Int32Array): void {
  let from = 8 * (y * stride + x)
  for (let to = 0; to < 64; from += stride - 8)
    for (const end = to + 8; to < end; ) block[to++] = samples[from++] - 128
}

function formOf(width: number, height: number, quality: number, share: 1 | 2): Form {
  const key = [width, height, quality, share].join()
  if (kept?.key === key) return kept.form
  const tables = quantisationTables(quality)
  const header = jpegHeader(width, height, share, tables)
  const planes = new ColourPlanes(width, height, share)
  // A part of a square of blocks that the image does not reach has blocks as well.
  const blocks = planes.all.reduce((sum, { columns, rows }) => sum + (columns + 1) * (rows + 1), 0)
  const room = new Uint8Array(header.length + blocks * MOST_OF_A_BLOCK + END_OF_IMAGE.length)
  room.set(header)
  const form = { planes, header, divisors: tables.map(divisorsOf), room }
  kept = { key, form }
  return form
}

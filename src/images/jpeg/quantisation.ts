/** Coefficients of a block in the order in which a file has them: T.81, figure A.6. */
export const ZIGZAG: readonly number[] = zigzag()

/** The typical tables of ITU-T T.81, annex K.1, row after row: luminance and colour. */
const TYPICAL: readonly (readonly number[])[] = [
  [
    ...[16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55],
    ...[14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62],
    ...[18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92],
    ...[49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
  ],
  [
    ...[17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99],
    ...[24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99],
    ...new Array<number>(32).fill(99),
  ],
]

/** The tables of a quality 1 .. 100, in zigzag order, as libjpeg's `jpeg_set_quality` scales them: steps of 1 .. 255. */
export function quantisationTables(quality: number): readonly Uint8Array[] {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality
  const scaled = (step: number) => Math.max(1, Math.min(255, Math.floor((step * percent + 50) / 100)))
  return TYPICAL.map((table) => Uint8Array.from(ZIGZAG, (place) => scaled(table[place])))
}

function zigzag(): number[] {
  const places = Array.from({ length: 64 }, (_, place) => ({ place, row: place >> 3, column: place & 7 }))
  const diagonal = ({ row, column }: { row: number; column: number }) => row + column
  return places
    .sort((a, b) => diagonal(a) - diagonal(b) || (diagonal(a) % 2 === 0 ? b.row - a.row : a.row - b.row))
    .map(({ place }) => place)
}

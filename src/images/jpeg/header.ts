import { AC_TABLES, DC_TABLES, type HuffmanTable } from './huffman-codes.js'

/** What stands before the coefficients of a baseline JPEG file, in libjpeg's order: JFIF 1.01, tables, sizes. */
export function jpegHeader(
  width: number,
  height: number,
  share: 1 | 2,
  tables: readonly Uint8Array[],
): Uint8Array {
  const huffman = (kind: number) => (table: HuffmanTable, i: number) =>
    segment(0xc4, [16 * kind + i, ...table.lengths, ...table.symbols])
  const [dc, ac] = [DC_TABLES.map(huffman(0)), AC_TABLES.map(huffman(1))]
  const component = (id: number) => [id, id === 1 ? 17 * share : 17, id === 1 ? 0 : 1]
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, [...Buffer.from('JFIF\0', 'latin1'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...tables.flatMap((table, i) => segment(0xdb, [i, ...table])),
    ...segment(0xc0, [8, ...word(height), ...word(width), 3, ...[1, 2, 3].flatMap(component)]),
    ...[0, 1].flatMap((i) => [...dc[i], ...ac[i]]),
    ...segment(0xda, [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]),
  ])
}

const word = (value: number): number[] => [value >> 8, value & 0xff]

const segment = (marker: number, content: readonly number[]): number[] => [
  ...[0xff, marker],
  ...word(content.length + 2),
  ...content,
]

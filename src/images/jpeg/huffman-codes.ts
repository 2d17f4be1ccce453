/** A Huffman table as a file has it: how many codes there are of each length 1 .. 16, and the symbols in the order of their codes. */
export interface HuffmanTable {
  readonly lengths: readonly number[]
  readonly symbols: readonly number[]
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

const bytes = (hex: string): number[] => [...Buffer.from(hex.replaceAll(' ', ''), 'hex')]

/** The typical tables of ITU-T T.81, annex K.3: luminance and colour. Symbols of DC are sizes; of AC, run and size. */
export const DC_TABLES: readonly HuffmanTable[] = [
  { lengths: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: range(0, 11) },
  { lengths: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: range(0, 11) },
]
export const AC_TABLES: readonly HuffmanTable[] = [
  {
    lengths: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
    symbols: bytes(
      `
      01 02 03 00 04 11 05 12 21 31 41 06 13 51 61 07 22 71 14 32 81 91 a1 08 23 42 b1 c1 15 52 d1 f0
      24 33 62 72 82 09 0a 16 17 18 19 1a 25 26 27 28 29 2a 34 35 36 37 38 39 3a 43 44 45 46 47 48 49
      4a 53 54 55 56 57 58 59 5a 63 64 65 66 67 68 69 6a 73 74 75 76 77 78 79 7a 83 84 85 86 87 88 89
      8a 92 93 94 95 96 97 98 99 9a a2 a3 a4 a5 a6 a7 a8 a9 aa b2 b3 b4 b5 b6 b7 b8 b9 ba c2 c3 c4 c5
      c6 c7 c8 c9 ca d2 d3 d4 d5 d6 d7 d8 d9 da e1 e2 e3 e4 e5 e6 e7 e8 e9 ea f1 f2 f3 f4 f5 f6 f7 f8
      f9 fa`.replaceAll('\n', ''),
    ),
  },
  {
    lengths: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
    symbols: bytes(
      `
      00 01 02 03 11 04 05 21 31 06 12 41 51 07 61 71 13 22 32 81 08 14 42 91 a1 b1 c1 09 23 33 52 f0
      15 62 72 d1 0a 16 24 34 e1 25 f1 17 18 19 1a 26 27 28 29 2a 35 36 37 38 39 3a 43 44 45 46 47 48
      49 4a 53 54 55 56 57 58 59 5a 63 64 65 66 67 68 69 6a 73 74 75 76 77 78 79 7a 82 83 84 85 86 87
      88 89 8a 92 93 94 95 96 97 98 99 9a a2 a3 a4 a5 a6 a7 a8 a9 aa b2 b3 b4 b5 b6 b7 b8 b9 ba c2 c3
      c4 c5 c6 c7 c8 c9 ca d2 d3 d4 d5 d6 d7 d8 d9 da e2 e3 e4 e5 e6 e7 e8 e9 ea f2 f3 f4 f5 f6 f7 f8
      f9 fa`.replaceAll('\n', ''),
    ),
  },
]

/** Codes and their lengths by symbol. */
export interface HuffmanCodes {
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
}

/** The codes of a table: T.81, annex C. */
export function huffmanCodes(table: HuffmanTable): HuffmanCodes {
  const [codes, lengths] = [new Uint16Array(256), new Uint8Array(256)]
  let code = 0
  let next = 0
  for (const [i, count] of table.lengths.entries()) {
    for (let end = next + count; next < end; next++) {
      codes[table.symbols[next]] = code++
      lengths[table.symbols[next]] = i + 1
    }
    code <<= 1
  }
  return { codes, lengths }
}

/** Factors of 13 bits: DCT-II of eight numbers by Loeffler, Ligtenberg and Moschytz (ICASSP 1989), as libjpeg's `jfdctint.c` has it. */
const BITS = 13
/** Bits that rows keep for the columns. */
const KEPT = 2
const [F0_298, F0_390, F0_541, F0_765, F0_899, F1_175] = [2446, 3196, 4433, 6270, 7373, 9633]
const [F1_501, F1_847, F1_961, F2_053, F2_562, F3_072] = [12299, 15137, 16069, 16819, 20995, 25172]

/**
 * The accurate integer transform of libjpeg (`jpeg_fdct_islow`), to the last bit: 8x8 samples, -128 .. 127, in place;
 * coefficients come out eight times as large.
 */
export function forwardTransform(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) eight(block, row, 1, BITS - KEPT, false)
  for (let column = 0; column < 8; column++) eight(block, column, 8, BITS + KEPT, true)
}

function eight(block: Int32Array, at: number, step: number, down: number, last: boolean): void {
  const i1 = at + step
  const i2 = i1 + step
  const i3 = i2 + step
  const i4 = i3 + step
  const i5 = i4 + step
  const i6 = i5 + step
  const i7 = i6 + step
  const half = 1 << (down - 1)
  const s07 = block[at] + block[i7]
  const d07 = block[at] - block[i7]
  const s16 = block[i1] + block[i6]
  const d16 = block[i1] - block[i6]
  const s25 = block[i2] + block[i5]
  const d25 = block[i2] - block[i5]
  const s34 = block[i3] + block[i4]
  const d34 = block[i3] - block[i4]

  const even = s07 + s34
  const odd = s16 + s25
  block[at] = last ? (even + odd + 2) >> KEPT : (even + odd) << KEPT
  block[i4] = last ? (even - odd + 2) >> KEPT : (even - odd) << KEPT
  const e13 = s07 - s34
  const e12 = s16 - s25
  const e = (e12 + e13) * F0_541
  block[i2] = (e + e13 * F0_765 + half) >> down
  block[i6] = (e - e12 * F1_847 + half) >> down

  const z = (d34 + d16 + d25 + d07) * F1_175
  const z1 = -(d34 + d07) * F0_899
  const z2 = -(d25 + d16) * F2_562
  const z3 = z - (d34 + d16) * F1_961
  const z4 = z - (d25 + d07) * F0_390
  block[i7] = (d34 * F0_298 + z1 + z3 + half) >> down
  block[i5] = (d25 * F2_053 + z2 + z4 + half) >> down
  block[i3] = (d16 * F3_072 + z2 + z3 + half) >> down
  block[i1] = (d07 * F1_501 + z1 + z4 + half) >> down
}

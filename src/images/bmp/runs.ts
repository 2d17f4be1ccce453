/**
 * Palette indices of a run-length encoded bitmap, one byte a pixel, the lowest row first. What is left out is 0; what
 * goes over the edge is cut.
 * @param runs the bytes after the headers @param nibbles two pixels a byte
 */
export function readRuns(runs: Uint8Array, width: number, height: number, nibbles: boolean): Uint8Array {
  const out = new Uint8Array(width * height)
  let x = 0
  let y = 0
  const put = (index: number): void => {
    if (x < width && y < height) out[y * width + x++] = index
  }
  const half = (byte: number, i: number): number => (nibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte)
  for (let at = 0; at + 1 < runs.length && y < height; ) {
    const [count, value] = [runs[at], runs[at + 1]]
    at += 2
    if (count > 0) for (let i = 0; i < count; i++) put(half(value, i))
    else if (value === END_OF_ROW) {
      x = 0
      y++
    } else if (value === END) break
    else if (value === STEP) {
      x += runs[at] ?? 0
      y += runs[at + 1] ?? 0
      at += 2
    } else {
      // As they are, padded to two bytes.
      for (let i = 0; i < value; i++) put(half(runs[at + (nibbles ? i >> 1 : i)] ?? 0, i))
      const bytes = nibbles ? Math.ceil(value / 2) : value
      at += bytes + (bytes % 2)
    }
  }
  return out
}

const END_OF_ROW = 0
const END = 1
const STEP = 2

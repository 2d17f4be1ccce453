/**
 * The inner loop of {@link PixelConverter} in WebAssembly, 16 pixels a step: JavaScript has no vectors and takes seven
 * times as long (0.09 ms for 112x112), onnxruntime's operators go over all numbers once each and take more. Written
 * instruction by instruction, since a compiler would be a dependency for one loop. Numbers and opcodes: WebAssembly
 * Core Specification 2.0, section 5.
 */

// Node has it; TypeScript describes it for browsers only.
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => WasmMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}
interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** `level = (value - black) / divisor * factor`, each step in float32; no division where `divisor` is undefined. */
export interface PixelScale {
  readonly black: number
  readonly divisor?: number | undefined
  readonly factor: number
}

/**
 * Turns three planes of float32 into RGB bytes: the level, cut to a whole number, clipped to 0 .. 255. Planes and
 * bytes are positions in the kernel's memory. Pixels are rounded up to 16, so 64 bytes after a plane are read and 48
 * after the bytes written. @returns 1 where any number read was not finite
 */
export type PixelKernel = (red: number, green: number, blue: number, bytes: number, pixels: number) => number

const PAGE = 65_536
const [INTEGER, VECTOR] = [0x7f, 0x7b]
const [RED, GREEN, BLUE, BYTES, PIXELS, R, G, B, VALUE, NOTHING, STRANGE] = Array(11).keys()
const [LOAD, STORE, SHUFFLE, SPLAT, NOT_EQUAL, OR, ANY, NARROW_8, NARROW_16] = [
  0x00, 0x0b, 0x0d, 0x13, 0x42, 0x50, 0x53, 0x66, 0x85,
]
const [SUBTRACT, MULTIPLY, DIVIDE, TRUNCATE] = [0xe5, 0xe6, 0xe7, 0xf8]

/** @returns the kernel and the memory, of `size` bytes at least, that it works in */
export function openPixelKernel(
  scale: PixelScale,
  size: number,
): { kernel: PixelKernel; memory: ArrayBuffer } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) })
  const module = new WebAssembly.Module(Uint8Array.from(encodeModule(scale)))
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  return { kernel: exports.convert as PixelKernel, memory: memory.buffer }
}

function encodeModule(scale: PixelScale): number[] {
  const name = (text: string) => sized([...Buffer.from(text)])
  const section = (id: number, ...items: number[][]) => [
    id,
    ...sized([...natural(items.length), ...items.flat()]),
  ]
  return [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x60, ...sized(Array(5).fill(INTEGER)), 1, INTEGER]),
    ...section(2, [...name('host'), ...name('memory'), 0x02, 0x00, 0x01]),
    ...section(3, [0x00]),
    ...section(7, [...name('convert'), 0x00, 0x00]),
    ...section(10, sized([1, 6, VECTOR, ...loop(scale), 0x0b])),
  ]
}

/** The function's body. */
function loop(scale: PixelScale): number[] {
  const step = (pointer: number, by: number) => [...get(pointer), ...integer(by), 0x6a, ...set(pointer)]
  const store = (part: number) => {
    const inPart = Array.from({ length: 16 }, (_, i) => {
      const at = 16 * part + i
      return { pixel: Math.floor(at / 3), channel: at % 3 }
    })
    const redGreen = inPart.map(({ pixel, channel }) => (channel === 1 ? 16 + pixel : pixel))
    const all = inPart.map(({ pixel, channel }, i) => (channel === 2 ? 16 + pixel : i))
    return [
      ...get(BYTES),
      ...[...get(R), ...get(G), ...simd(SHUFFLE, redGreen)],
      ...[...get(B), ...simd(SHUFFLE, all)],
      ...simd(STORE, [0, ...natural(16 * part)]),
    ]
  }
  return [
    ...[0x03, 0x40],
    ...[...sixteen(RED, scale), ...set(R)],
    ...[...sixteen(GREEN, scale), ...set(G)],
    ...[...sixteen(BLUE, scale), ...set(B)],
    ...[0, 1, 2].flatMap(store),
    ...[RED, GREEN, BLUE].flatMap((plane) => step(plane, 64)),
    ...step(BYTES, 48),
    // Again while more than 16 pixels were left.
    ...[...get(PIXELS), ...integer(16), 0x6b, ...tee(PIXELS), ...integer(0), 0x4a, 0x0d, 0x00, 0x0b],
    ...[...get(STRANGE), ...simd(ANY)],
  ]
}

/** 16 numbers of a plane as bytes: both narrowings clip. */
function sixteen(plane: number, scale: PixelScale): number[] {
  const four = (part: number) => fourLevels(plane, 16 * part, scale)
  const eight = (part: number) => [...four(part), ...four(part + 1), ...simd(NARROW_16)]
  return [...eight(0), ...eight(2), ...simd(NARROW_8)]
}

/** Four numbers as whole levels. What is not finite leaves NaN when it is taken from itself. */
function fourLevels(plane: number, offset: number, { black, divisor, factor }: PixelScale): number[] {
  const all = (value: number) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...simd(SPLAT)]
  return [
    ...get(STRANGE),
    ...[...get(plane), ...simd(LOAD, [0, ...natural(offset)]), ...tee(VALUE)],
    ...[...get(VALUE), ...simd(SUBTRACT), ...tee(NOTHING), ...get(NOTHING), ...simd(NOT_EQUAL)],
    ...[...simd(OR), ...set(STRANGE)],
    ...[...get(VALUE), ...all(black), ...simd(SUBTRACT)],
    ...(divisor === undefined ? [] : [...all(divisor), ...simd(DIVIDE)]),
    ...[...all(factor), ...simd(MULTIPLY), ...simd(TRUNCATE)],
  ]
}

const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const tee = (local: number) => [0x22, local]
const integer = (value: number) => [0x41, ...(value < 64 ? [value] : [0x80 | value, 0x00])]
const simd = (operation: number, immediates: readonly number[] = []) => [
  0xfd,
  ...natural(operation),
  ...immediates,
]

/** LEB128, below 2^14. */
const natural = (value: number) => (value < 128 ? [value] : [0x80 | (value & 0x7f), value >> 7])

/** Bytes with their number before them. */
const sized = (bytes: readonly number[]) => [...natural(bytes.length), ...bytes]

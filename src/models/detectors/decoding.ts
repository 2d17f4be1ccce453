import { z } from 'zod'
import { InputError } from '../../errors.js'
import { type Port, showPort } from '../../onnx/port.js'
import type { Tensors } from '../../onnx/runtime.js'

/** A face that a detector found. */
export interface DetectedFace {
  /** 0 .. 1 */
  readonly score: number
  /** the box's upper left corner and its sides, pixels */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /**
   * x and y of five landmarks, pixels: the eye on the left as the viewer sees it, the one on the right, the tip of the
   * nose, the left and the right corner of the mouth
   */
  readonly points: readonly number[]
}

/** Pixels of what went into the network. */
export interface InputSize {
  readonly width: number
  readonly height: number
}

/** How images go into a detector and which faces count, as the network's authors have it. */
export interface DetectorHabits {
  readonly channels: 'RGB' | 'BGR'
  readonly scale: number
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
  /** smaller photographs are enlarged, too */
  readonly enlarge: boolean
  readonly score: number
  readonly overlap: number
}

/** A form of raw outputs of detectors of faces with five landmarks: what tells it, and how faces are read from it. */
export interface Decoding<S extends { readonly form: string } = { readonly form: string }> {
  readonly id: S['form']
  /** the outputs, for help and messages */
  readonly looks: string
  /** what a descriptor says of it */
  readonly schema: z.ZodType<S>
  readonly habits: DetectorHabits
  /** 1 where its authors count a box's last pixel as part of it when boxes are compared, else 0 */
  readonly lastPixel: 0 | 1
  /** What the descriptor says where outputs look like it, and the evidence; undefined where they don't. */
  draft(outputs: readonly Port[]): { readonly decoding: object; readonly why: string } | undefined
  /** All outputs that are read. */
  outputs(settings: S): readonly string[]
  /**
   * Faces that score at least `least`, in pixels of the network's input, overlapping ones too.
   * @throws InputError where an output has not the numbers that the form promises
   */
  decode(settings: S, outputs: Tensors, size: InputSize, least: number, where: string): DetectedFace[]
}

/** Strides of grids that lie over the network's input, a cell each so many pixels. */
export const strides = z.array(z.int().positive()).min(1)
/** Names of outputs, one a stride. */
export const outputNames = z.array(z.string().min(1)).min(1)

/** The numbers of an output. @throws InputError where it has not so many */
export function numbersOf(outputs: Tensors, name: string, length: number, where: string): Float32Array {
  const tensor = outputs[name]
  const data = tensor?.data
  if (data instanceof Float32Array && data.length === length) return data
  throw new InputError(
    tensor === undefined
      ? `the network has no output '${name}'`
      : `output '${name}' is ${showPort({ type: tensor.type as Port['type'], shape: tensor.dims })}, not ${length} floats`,
    where,
    "correct 'decoding' in its descriptor ('models inspect' drafts it), or name another detector",
  )
}

/** Cells of a grid over an input. */
export function gridOf({ width, height }: InputSize, stride: number): { columns: number; rows: number } {
  return { columns: Math.ceil(width / stride), rows: Math.ceil(height / stride) }
}

/** The size of the last axis of each output. */
export function lastSizes(outputs: readonly Port[]): (number | string | undefined)[] {
  return outputs.map(({ shape }) => shape.at(-1))
}

/**
 * Outputs of a width, in the order of the stride that ends their names (`bbox_8`), or as they come where names tell none.
 * @param count how many there must be; undefined where there are others
 */
export function byStride(outputs: readonly Port[], width: number, count: number): string[] | undefined {
  const names = outputs.filter(({ shape }) => shape.at(-1) === width).map(({ name }) => name)
  if (names.length !== count) return undefined
  const strideOf = (name: string): number => Number(/_(\d+)$/.exec(name)?.[1] ?? Number.NaN)
  return names.every((name) => [8, 16, 32, 64, 128].includes(strideOf(name)))
    ? names.sort((a, b) => strideOf(a) - strideOf(b))
    : names
}

import { open } from 'node:fs/promises'
import { z } from 'zod'
import { exists, readText, writeAll } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import { parseJson } from '../json.js'

/**
 * How a run stood: the steps taken, and what was measured of them (losses, the learning rate), on average over the steps since the
 * point before.
 */
export const curvePointSchema = z.object({ step: z.int().positive(), epoch: z.number() }).catchall(z.number())
export type CurvePoint = z.infer<typeof curvePointSchema>

/** What a verification during training found. */
export const verificationPointSchema = z.strictObject({
  step: z.int().positive(),
  testSet: z.string(),
  /** 0 .. 1 */
  verification: z.number(),
  std: z.number(),
})
export type VerificationPoint = z.infer<typeof verificationPointSchema>

const lineSchema = z.union([verificationPointSchema, curvePointSchema])
export type CurveLine = z.infer<typeof lineSchema>

/** A run's curve: one JSON a line, written as the run goes on. */
export class Curve {
  #length: number

  private constructor(
    readonly path: string,
    length: number,
  ) {
    this.#length = length
  }

  /** Goes on with a curve, of which what came after a checkpoint is cut off. @param length in bytes @throws InputError */
  static async open(path: string, length: number): Promise<Curve> {
    try {
      const file = await open(path, 'a')
      try {
        await file.truncate(length)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw asInputError(error, path)
    }
    return new Curve(path, length)
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  async add(line: CurveLine): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    try {
      const file = await open(this.path, 'a')
      try {
        await writeAll(file, bytes)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw asInputError(error, this.path)
    }
    this.#length += bytes.length
  }
}

/** What a curve holds; nothing where there is none. @throws InputError where it was altered */
export async function readCurve(path: string): Promise<CurveLine[]> {
  if (!(await exists(path))) return []
  const lines = (await readText(path)).split('\n').filter((line) => line !== '')
  return lines.map((line, i) => {
    const parsed = lineSchema.safeParse(parseJson(line))
    if (parsed.success) return parsed.data
    throw new InputError('is no point of a curve', `${path}:${i + 1}`, 'delete the run and begin again')
  })
}

import { z } from 'zod'
import { InputError } from '../../errors.js'
import { RandomStream } from '../../random/philox.js'
import type { ImageKey } from '../image-key.js'

const degrees = z.number().min(0).max(90)

/**
 * The yaw angles asked for, in degrees from 0 (frontal) to 90 (profile); the loss looks at how far a head is turned, not
 * to which side. Shares of the images at an angle each, or a range that is drawn from evenly.
 */
export const yawTargetsSchema = z.union([
  z.array(z.strictObject({ yaw: degrees, share: z.number().positive().max(1) })).min(1),
  z.strictObject({ low: degrees, high: degrees }),
])
export type YawTargets = z.infer<typeof yawTargetsSchema>

const REMEDY = 'write an angle of 0 to 90 degrees (60), shares (0:0.5,60:0.5), or a range (0..60)'

/** Reads `60`, `0:0.5,60:0.5` or `0..60`. @throws InputError */
export function parseYawTargets(text: string, where: string): YawTargets {
  const range = text.split('..')
  const items = text.split(',').map((item) => item.split(':'))
  const given =
    range.length === 2
      ? { low: number(range[0]), high: number(range[1]) }
      : items.map(([yaw, share = items.length === 1 ? '1' : '']) => ({
          yaw: number(yaw),
          share: number(share),
        }))
  const targets = yawTargetsSchema.safeParse(given)
  if (!targets.success || items.some((parts) => parts.length > 2))
    throw new InputError(`'${text}' is no yaw that can be asked for`, where, REMEDY)
  checkYawTargets(targets.data, where)
  return targets.data
}

/** @throws InputError where shares don't sum to 1, or a range is turned around */
export function checkYawTargets(targets: YawTargets, where: string): void {
  if (!Array.isArray(targets)) {
    if (targets.low > targets.high)
      throw new InputError(`the range ${targets.low}..${targets.high} is empty`, where, REMEDY)
    return
  }
  const sum = targets.reduce((total, { share }) => total + share, 0)
  if (Math.abs(sum - 1) > 1e-6)
    throw new InputError(`the shares of the angles sum to ${Number(sum.toFixed(6))}, not to 1`, where, REMEDY)
}

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

/** The angle that one image is asked for: a pure function of seed, identity and image. Degrees. */
export function yawTarget(targets: YawTargets, seed: number, identity: number, image: number): number {
  const draw = new RandomStream(seed, 'attrop yaw', identity, image).next()
  if (!Array.isArray(targets)) return targets.low + draw * (targets.high - targets.low)
  let passed = 0
  for (const { yaw, share } of targets) {
    passed += share
    if (draw < passed) return yaw
  }
  return targets[targets.length - 1].yaw
}

/** The angles of a batch of images. */
export function yawTargetsOf(targets: YawTargets, seed: number, keys: readonly ImageKey[]): Float32Array {
  return Float32Array.from(keys, ({ identity, image }) => yawTarget(targets, seed, identity, image))
}

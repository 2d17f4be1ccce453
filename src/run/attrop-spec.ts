import { z } from 'zod'
import { type AttropSettings, attropSettingsSchema } from '../generate/attrop/settings.js'
import { parseYawTargets, type YawTargets } from '../generate/attrop/yaw-targets.js'
import type { DatasetRequest } from '../generate/generate-dataset.js'

const id = z.string().min(1)

/** A yaw as the command line has it, or a plain number. */
const yaw = z.union([z.number(), z.string()]).transform((value, context): YawTargets => {
  try {
    return parseYawTargets(String(value), 'yaw')
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

const { weights, learningRate, steps, everyStep, masks } = attropSettingsSchema.shape

/** AttrOP in a spec: networks by their ids, each with what is asked of it. */
export const attropSpecSchema = z
  .strictObject({
    /** keeps the identity */
    recogniser: id,
    /** the norm that the quality model's output should reach */
    quality: z.strictObject({ model: id, target: z.number().positive() }).optional(),
    /** `30`, shares `0:0.5,60:0.5`, or a range `0..60`; degrees */
    pose: z.strictObject({ model: id, yaw }).optional(),
    ...{ weights, learningRate, steps, everyStep, masks },
  })
  .refine(({ quality, pose }) => quality !== undefined || pose !== undefined, {
    message: "neither a quality nor a pose is asked for: give 'quality', 'pose', or both",
  })
export type AttropSpec = z.infer<typeof attropSpecSchema>

function settingsOf({ recogniser: _, quality, pose, ...rest }: AttropSpec): AttropSettings {
  return { ...rest, ...(quality && { quality: quality.target }), ...(pose && { yaw: pose.yaw }) }
}

/** The networks' ids. */
export function idsOf({ recogniser, quality, pose }: AttropSpec): string[] {
  return [recogniser, ...(quality ? [quality.model] : []), ...(pose ? [pose.model] : [])]
}

/** What a dataset's request has of it. @param pathOf where the network of an id lies */
export function requestOf(
  spec: AttropSpec,
  pathOf: (id: string) => string,
): NonNullable<DatasetRequest['attrop']> {
  const { recogniser, quality, pose } = spec
  return {
    settings: settingsOf(spec),
    networks: {
      recogniser: pathOf(recogniser),
      ...(quality && { quality: pathOf(quality.model) }),
      ...(pose && { pose: pathOf(pose.model) }),
    },
  }
}

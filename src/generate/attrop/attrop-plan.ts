import { z } from 'zod'
import { InputError } from '../../errors.js'
import type { Model } from '../../models/model.js'
import { checkSettings } from './attrop.js'
import type { AttropModels } from './loss-graph.js'
import { type AttropSettings, attropSettingsSchema } from './settings.js'

const network = z.strictObject({
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  demo: z.boolean(),
})

/** What the plan of a run records of AttrOP: what is asked for, and of which networks. */
export const attropPlanSchema = z.strictObject({
  settings: attropSettingsSchema,
  recogniser: network,
  quality: network.optional(),
  pose: network.optional(),
})
export type AttropPlan = z.infer<typeof attropPlanSchema>

/**
 * @param width numbers of an identity vector, which is itself the feature that its images keep
 * @throws InputError where the settings ask for what no model measures, the recogniser's features are of another width, or
 * the generator takes more than AttrOP feeds
 */
export function planAttrop(models: AttropModels, settings: AttropSettings, width: number): AttropPlan {
  checkSettings(models, settings)
  const { generator, recogniser, quality, pose } = models
  const { name, output } = recogniser.descriptor
  if (output.size !== width)
    throw new InputError(
      `its features have ${output.size} numbers, the identity vectors ${width}: AttrOP keeps an image's feature near its identity vector`,
      name,
      'name the recogniser that the vectors are features of',
    )
  if (generator.descriptor.input.noise !== undefined)
    throw new InputError(
      'it takes noise beside the vector, which AttrOP does not feed',
      generator.descriptor.name,
      'leave out AttrOP, or name a generator of vectors and masks',
    )
  return {
    settings,
    recogniser: recordOf(recogniser),
    ...(quality && { quality: recordOf(quality) }),
    ...(pose && { pose: recordOf(pose) }),
  }
}

function recordOf({ descriptor: { name, demo }, sha256 }: Model): AttropPlan['recogniser'] {
  return { name, sha256, demo }
}

/** Whether a network of it was trained on the demo world. */
export function isDemo({ recogniser, quality, pose }: AttropPlan): boolean {
  return [recogniser, quality, pose].some((model) => model?.demo === true)
}

/** What a plan with AttrOP says, in words that two plans can be held against each other by. */
export function attropRows(plan: AttropPlan | undefined): (readonly [name: string, value: string])[] {
  if (plan === undefined) return [['AttrOP', 'off']]
  const { settings } = plan
  const { identity, quality, pose } = settings.weights
  const model = (of: AttropPlan['pose']) =>
    of === undefined ? 'none' : `${of.name} (SHA-256 ${of.sha256.slice(0, 12)})`
  return [
    ['AttrOP', 'on'],
    ['quality target', String(settings.quality ?? 'none')],
    ['yaw', yawText(settings.yaw)],
    ['weights of identity, quality, pose', `${identity}, ${quality}, ${pose}`],
    ['learning rate', String(settings.learningRate)],
    ['steps', String(settings.steps)],
    ['every step', settings.everyStep ? 'yes' : 'no'],
    ['step masks', settings.masks],
    ["AttrOP's recogniser", model(plan.recogniser)],
    ["AttrOP's quality model", model(plan.quality)],
    ["AttrOP's pose model", model(plan.pose)],
  ]
}

function yawText(yaw: AttropSettings['yaw']): string {
  if (yaw === undefined) return 'none'
  return Array.isArray(yaw)
    ? yaw.map((each) => `${each.yaw}:${each.share}`).join(',')
    : `${yaw.low}..${yaw.high}`
}

/** What differs between the AttrOP of two plans. */
export function attropDifferences(a: AttropPlan | undefined, b: AttropPlan | undefined): string[] {
  const other = new Map(attropRows(b))
  return attropRows(a)
    .filter(([name, value]) => other.has(name) && other.get(name) !== value)
    .map(([name, value]) => `${name} ${value} instead of ${other.get(name)}`)
}

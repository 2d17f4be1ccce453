import { z } from 'zod'

/** Options that several measurements have. */
export const modelId = z.string().min(1)
export const recognisers = z.array(modelId).min(1).describe('recognisers that look, each in turn')
export const featureModel = modelId.describe('the network whose features are compared')
export const reference = z.string().min(1).describe('the dataset that it is compared with')
export const thresholds = z
  .array(z.number().min(-1).max(1))
  .min(1)
  .default([0.4])
  .describe('cosine similarities at which is counted')

/** The first images of both sets that are compared. */
export function images(byDefault: number) {
  return z.int().min(2).default(byDefault).describe('images of each set, the first ones')
}

/** What a network of any role but a generator's gives is a feature. */
export const FEATURE_ROLES = ['features', 'recogniser'] as const

/** What a measurement of two sets by one network needs. */
export function twoSets(options: { readonly features: string; readonly reference: string }) {
  return {
    models: [{ id: options.features, roles: FEATURE_ROLES }],
    references: [options.reference],
  }
}

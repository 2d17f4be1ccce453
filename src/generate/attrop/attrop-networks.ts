import { resolve } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../errors.js'
import type { GeneratorDescriptor } from '../../models/descriptor.js'
import { loadModel, type Model, requireRole } from '../../models/model.js'
import type { AttropPlan } from './attrop-plan.js'
import type { AttropModels } from './loss-graph.js'

/** Where the networks lie that look at the images: ONNX files or descriptors. */
export const attropNetworksSchema = z.strictObject({
  /** keeps the identity */
  recogniser: z.string(),
  quality: z.string().optional(),
  pose: z.string().optional(),
})
export type AttropNetworks = Readonly<z.infer<typeof attropNetworksSchema>>

/** The networks of AttrOP, with the generator. @throws InputError where one can't be read or has another role */
export async function loadAttrop(
  generator: Model<GeneratorDescriptor>,
  { recogniser, quality, pose }: AttropNetworks,
): Promise<AttropModels> {
  return {
    generator,
    recogniser: requireRole(await loadModel(recogniser), 'recogniser'),
    ...(quality !== undefined && { quality: requireRole(await loadModel(quality), 'quality') }),
    ...(pose !== undefined && { pose: requireRole(await loadModel(pose), 'pose') }),
  }
}

/** The same files, wherever a process is started. */
export function resolveAttrop({ recogniser, quality, pose }: AttropNetworks): AttropNetworks {
  return {
    recogniser: resolve(recogniser),
    ...(quality !== undefined && { quality: resolve(quality) }),
    ...(pose !== undefined && { pose: resolve(pose) }),
  }
}

/** @throws InputError where the networks are not those of a run */
export async function requireAttrop(
  networks: AttropNetworks | undefined,
  plan: AttropPlan,
  run: string,
): Promise<void> {
  for (const role of ['recogniser', 'quality', 'pose'] as const) {
    if (plan[role] === undefined) continue
    const path = networks?.[role]
    if (path === undefined)
      throw new InputError(`the run does not say where AttrOP's ${role} model lies`, run, 'name it')
    if ((await loadModel(path)).sha256 !== plan[role].sha256)
      throw new InputError(
        `this is not the ${role} model that the run began with`,
        path,
        'name the right file',
      )
  }
}

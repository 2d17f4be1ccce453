import { type Command, Option } from 'commander'
import { loadAttrop } from '../generate/attrop/attrop-networks.js'
import type { AttropModels } from '../generate/attrop/loss-graph.js'
import { type AttropSettings, attropSettingsSchema } from '../generate/attrop/settings.js'
import { parseYawTargets } from '../generate/attrop/yaw-targets.js'
import { loadModel, requireRole } from '../models/model.js'
import { realNumber, wholeNumber } from './options.js'

/** The flags that say what AttrOP asks for. */
export interface AttropFlags {
  readonly recogniser?: string
  readonly quality?: string
  readonly pose?: string
  readonly yaw?: string
  readonly qualityTarget?: number
  readonly learningRate?: number
  readonly steps?: number
  readonly everyStep?: true
  readonly stepMasks?: AttropSettings['masks']
  readonly identityWeight?: number
  readonly qualityWeight?: number
  readonly poseWeight?: number
}

/** The options of AttrOP that 'generate attrop' and 'generate dataset' share, all but the networks'. */
export function addAttropOptions(command: Command): Command {
  const weight = (flags: string, of: string, value: number) =>
    new Option(flags, `weight of ${of} in the loss (default: ${value}, the paper's)`).argParser(
      realNumber(0, 1e9),
    )
  return command
    .option(
      '--quality-target <norm>',
      "the norm that the quality model's output should reach",
      realNumber(0, 1e6),
    )
    .option('--yaw <degrees>', 'the yaw asked for, 0 to 90: 60, or shares 0:0.5,60:0.5, or a range 0..60')
    .option('--learning-rate <n>', "Adam's (default: 0.1)", realNumber(1e-9, 1e3))
    .option('--steps <n>', 'steps of a vector, at most (default: 30)', wholeNumber(1, 10_000))
    .option('--every-step', 'no vector stops before the last step')
    .addOption(
      new Option(
        '--step-masks <when>',
        "masks of the generator: drawn for each step (the authors' way; default), or once",
      ).choices(['each-step', 'once']),
    )
    .addOption(weight('--identity-weight <n>', 'the identity', 100))
    .addOption(weight('--quality-weight <n>', 'the quality', 1))
    .addOption(weight('--pose-weight <n>', 'the pose', 1))
}

/** What the flags ask for. @throws InputError */
export function attropSettingsOf(
  flags: Omit<AttropFlags, 'recogniser' | 'quality' | 'pose'>,
): AttropSettings {
  const { qualityTarget, yaw, learningRate, steps, everyStep, stepMasks } = flags
  const weights = { identity: flags.identityWeight, quality: flags.qualityWeight, pose: flags.poseWeight }
  return attropSettingsSchema.parse({
    weights,
    ...(qualityTarget !== undefined && { quality: qualityTarget }),
    ...(yaw !== undefined && { yaw: parseYawTargets(yaw, '--yaw') }),
    learningRate,
    steps,
    everyStep,
    masks: stepMasks,
  })
}

/** The networks that the flags name. @throws InputError */
export async function attropModelsOf(
  generator: string,
  recogniser: string,
  { quality, pose }: Pick<AttropFlags, 'quality' | 'pose'>,
): Promise<AttropModels> {
  return loadAttrop(requireRole(await loadModel(generator), 'generator'), {
    recogniser,
    ...(quality !== undefined && { quality }),
    ...(pose !== undefined && { pose }),
  })
}

import type { Command } from 'commander'
import { InputError } from '../errors.js'
import type { AttropNetworks } from '../generate/attrop/attrop-networks.js'
import type { DatasetRequest } from '../generate/generate-dataset.js'
import { type AttropFlags, addAttropOptions, attropSettingsOf } from './attrop-options.js'

/** Where the networks of AttrOP are, by the flags of datasets, whose `--quality` is that of JPEG. */
export interface AttropNetworkFlags {
  readonly attropRecogniser?: string
  readonly attropQuality?: string
  readonly attropPose?: string
}

type SettingFlags = Omit<AttropFlags, 'recogniser' | 'quality' | 'pose'>

/** The flags of a dataset with AttrOP. */
export interface DatasetAttropFlags extends AttropNetworkFlags, SettingFlags {
  readonly attrop?: true
}

const WITH_ATTROP = [
  'attropRecogniser',
  'attropQuality',
  'attropPose',
  'qualityTarget',
  'yaw',
  'learningRate',
  'steps',
  'everyStep',
  'stepMasks',
  'identityWeight',
  'qualityWeight',
  'poseWeight',
] as const satisfies readonly (keyof DatasetAttropFlags)[]

/** The networks of AttrOP. */
export function addAttropNetworkOptions(command: Command): Command {
  return command
    .option('--attrop-recogniser <file>', 'keeps the identity: an image stays near its identity vector')
    .option('--attrop-quality <file>', 'a quality model, for --quality-target (--quality is that of JPEG)')
    .option('--attrop-pose <file>', 'a pose model, for --yaw')
}

/** The options of a dataset whose vectors are moved by AttrOP. */
export function addDatasetAttropOptions(command: Command): Command {
  command.option(
    '--attrop',
    'move the perturbed vectors until the images have a quality and a pose; the options below say which',
  )
  return addAttropOptions(addAttropNetworkOptions(command))
}

/** What the flags say of the networks. */
export function attropNetworksOf(flags: AttropNetworkFlags): Partial<AttropNetworks> {
  const { attropRecogniser, attropQuality, attropPose } = flags
  return {
    ...(attropRecogniser !== undefined && { recogniser: attropRecogniser }),
    ...(attropQuality !== undefined && { quality: attropQuality }),
    ...(attropPose !== undefined && { pose: attropPose }),
  }
}

/** What the flags ask of AttrOP; undefined where they ask nothing. @throws InputError */
export function attropRequestOf(flags: DatasetAttropFlags): DatasetRequest['attrop'] {
  if (flags.attrop === undefined) {
    const given = WITH_ATTROP.find((key) => flags[key] !== undefined)
    if (given === undefined) return undefined
    throw new InputError('this says something of AttrOP, which is off', flagOf(given), 'give --attrop too')
  }
  const { recogniser, ...others } = attropNetworksOf(flags)
  if (recogniser === undefined) throw lacking('a recogniser', '--attrop', '--attrop-recogniser')
  if (flags.qualityTarget !== undefined && others.quality === undefined)
    throw lacking('a quality model', '--quality-target', '--attrop-quality')
  if (flags.yaw !== undefined && others.pose === undefined)
    throw lacking('a pose model', '--yaw', '--attrop-pose')
  return { networks: { recogniser, ...others }, settings: attropSettingsOf(flags) }
}

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function lacking(what: string, where: string, flag: string): InputError {
  return new InputError(`it needs ${what}`, where, `name one with ${flag}`)
}

import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import { templateOf } from '../faces/aligned-crop.js'
import { FACE_RULES, type FaceRule } from '../faces/choose-face.js'
import { type AlignSettings, DEFAULT_ALIGN } from '../generate/align/align-plan.js'
import { wholeNumber } from './options.js'

export interface DatasetAlignFlags {
  readonly detector?: string
  readonly cropSize?: number
  readonly face?: FaceRule
  readonly attempts?: number
}

/** The flags of a dataset whose images are faces, cropped from what the generator makes. */
export function addDatasetAlignOptions(command: Command): Command {
  const { size, face, attempts } = DEFAULT_ALIGN
  return command
    .option('--detector <file>', 'crop the face that this detector finds, aligned as ArcFace wants it')
    .option(
      '--crop-size <pixels>',
      `sides of the crops, a multiple of 112 or 128 (default: ${size})`,
      wholeNumber(1, 4096),
    )
    .addOption(new Option('--face <rule>', `which of several faces (default: ${face})`).choices(FACE_RULES))
    .option(
      '--attempts <n>',
      `photographs that are made of an image until a face is found (default: ${attempts})`,
      wholeNumber(1, 1000),
    )
}

/** What the flags ask for; undefined where images are used as they are. @throws InputError for flags that stand alone */
export function alignRequestOf(
  { detector, cropSize, face, attempts }: DatasetAlignFlags,
  attrop: boolean,
): { detector: string; settings: AlignSettings } | undefined {
  if (detector === undefined) {
    const alone = Object.entries({ '--crop-size': cropSize, '--face': face, '--attempts': attempts })
    const [flag] = alone.find(([, value]) => value !== undefined) ?? []
    if (flag === undefined) return undefined
    throw new InputError('crops need a detector', flag, 'give --detector too, or leave it out')
  }
  if (attrop)
    throw new InputError(
      'AttrOP works on the faces that a generator makes, not on crops of photographs',
      '--detector',
      'leave out --attrop or --detector',
    )
  const settings = {
    size: cropSize ?? DEFAULT_ALIGN.size,
    face: face ?? DEFAULT_ALIGN.face,
    attempts: attempts ?? DEFAULT_ALIGN.attempts,
  }
  templateOf(settings.size)
  return { detector, settings }
}

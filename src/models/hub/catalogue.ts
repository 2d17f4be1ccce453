import { InputError } from '../../errors.js'
import type { ArchitectureName } from '../../networks/catalogue.js'

/** A file of the paper on Hugging Face. */
export interface HubFile {
  readonly repository: string
  readonly path: string
  readonly what: string
  readonly architecture: ArchitectureName
  readonly role?: 'recogniser' | 'quality'
}

const repository = 'BooBooWu/Vec2Face'
const recogniser = { repository, architecture: 'iresnet' } as const
const trainedOn = (scale: string): HubFile => ({
  ...recogniser,
  path: `fr_weights/hsface${scale.toLowerCase()}.pth`,
  what: `recogniser trained on HSFace${scale} (Tables 1 and 2)`,
})

/** The checkpoints that the authors publish, by the names they are asked for with. */
export const HUB_FILES: Readonly<Record<string, HubFile>> = {
  vec2face: {
    repository,
    path: 'weights/vec2face_generator.pth',
    what: 'the Vec2Face generator',
    architecture: 'vec2face',
  },
  'arcface-r100-glint360k': {
    ...recogniser,
    path: 'weights/arcface-r100-glint360k.pth',
    what: 'recogniser that guides generation',
  },
  'magface-r100-glint360k': {
    ...recogniser,
    path: 'weights/magface-r100-glint360k.pth',
    what: 'quality model of AttrOP',
    role: 'quality',
  },
  '6drepnet': {
    repository,
    path: 'weights/6DRepNet_300W_LP_AFLW2000.pth',
    what: 'head pose',
    architecture: 'sixdrepnet',
  },
  hsface10k: trainedOn('10K'),
  hsface20k: trainedOn('20K'),
  hsface100k: trainedOn('100K'),
  hsface200k: trainedOn('200K'),
  hsface300k: trainedOn('300K'),
}

/** @throws InputError that lists the names */
export function hubFile(name: string): HubFile {
  if (Object.hasOwn(HUB_FILES, name)) return HUB_FILES[name]
  throw new InputError(
    `no file '${name}' in the catalogue`,
    '',
    `the names are ${Object.keys(HUB_FILES).join(', ')}`,
  )
}

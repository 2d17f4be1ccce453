import { basename, join } from 'node:path'
import { InputError } from '../../errors.js'
import type { ArchitectureName } from '../../networks/catalogue.js'

/** A file on Hugging Face. */
export interface HubFile {
  readonly repository: string
  readonly path: string
  readonly what: string
  /** where it lies below the folder that it is downloaded to; by its own name alone where left out */
  readonly to?: string
  /** what it is imported as, where it is a checkpoint by itself */
  readonly architecture?: ArchitectureName
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

/** Files that are one model together, and what makes a model of the folder that they are in. */
export interface HubSet {
  readonly what: string
  readonly files: readonly HubFile[]
  readonly next: (folder: string) => string
}

const part = (repository: string, path: string, to = path): HubFile => ({ repository, path, what: path, to })
const ARC2FACE = 'FoivosPar/Arc2Face'
const STABLE_DIFFUSION = 'stable-diffusion-v1-5/stable-diffusion-v1-5'
const LORA = 'pytorch_lora_weights.safetensors'

/** Models of several files, by the names they are asked for with. */
export const HUB_SETS: Readonly<Record<string, HubSet>> = {
  arc2face: {
    what: 'Arc2Face with LCM-LoRA (Table 3): UNet, encoder, VAE, tokenizer, LoRA; 4.4 GB',
    files: [
      part(ARC2FACE, 'arc2face/config.json'),
      part(ARC2FACE, 'arc2face/diffusion_pytorch_model.safetensors'),
      part(ARC2FACE, 'encoder/config.json'),
      part(ARC2FACE, 'encoder/pytorch_model.bin'),
      part(STABLE_DIFFUSION, 'vae/config.json'),
      part(STABLE_DIFFUSION, 'vae/diffusion_pytorch_model.safetensors'),
      part(STABLE_DIFFUSION, 'tokenizer/vocab.json'),
      part(STABLE_DIFFUSION, 'scheduler/scheduler_config.json'),
      part('latent-consistency/lcm-lora-sdv1-5', LORA),
    ],
    next: (folder) =>
      `vec2face-bench models import-diffusion ${folder} --lora ${join(folder, LORA)} --out models/arc2face.onnx`,
  },
}

const NAMES = [...Object.keys(HUB_FILES), ...Object.keys(HUB_SETS)]

/** The files of a name, one or several. @throws InputError that lists the names */
export function hubSet(name: string): HubSet {
  if (Object.hasOwn(HUB_SETS, name)) return HUB_SETS[name]
  const file = hubFile(name)
  const role = file.role === undefined ? '' : ` --role ${file.role}`
  return {
    what: file.what,
    files: [file],
    next: (folder) =>
      `vec2face-bench models import ${join(folder, basename(file.path))} --as ${file.architecture}${role} --out models/${name}.onnx`,
  }
}

/** @throws InputError that lists the names */
export function hubFile(name: string): HubFile {
  if (Object.hasOwn(HUB_FILES, name)) return HUB_FILES[name]
  throw new InputError(`no file '${name}' in the catalogue`, '', `the names are ${NAMES.join(', ')}`)
}

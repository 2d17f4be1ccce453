import { z } from 'zod'
import { DATASET_FORMATS } from '../../datasets/formats.js'

/** Seconds: a trainer that says nothing for longer is taken for hung. */
const SILENCE = 1800

/** A training program that is not this one, in a paths file. */
export const outsideTrainerSchema = z.strictObject({
  /** a line for the shell, with `{dataset}`, `{out}`, `{name}`, `{seed}` and a spec's values in braces */
  command: z.string().min(1),
  /** where it runs; the paths file's folder by default */
  folder: z.string().min(1).optional(),
  /** the form in which it reads datasets */
  form: z.enum(DATASET_FORMATS).default('lmdb'),
  /** files to write before, in the folder where it runs: name, and the template's path */
  files: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** where the checkpoint will be; `*` in the last part, and the newest is taken: `models/{name}/model_*.pth` */
  checkpoint: z.string().min(1),
  /** the architecture that it must be (`models import --as`) */
  as: z.string().min(1).optional(),
  /** what the importer must call it: `iresnet 50` */
  network: z.string().min(1).optional(),
  /** which network of the checkpoint (`models import --key`) */
  key: z.string().optional(),
  epsilon: z.number().positive().optional(),
  /** seconds without a line after which it is ended */
  silence: z.number().positive().default(SILENCE),
})
export type OutsideTrainer = z.infer<typeof outsideTrainerSchema>

/** One with what it is called and where its relative paths begin. */
export interface PlacedTrainer {
  readonly id: string
  readonly base: string
  readonly spec: OutsideTrainer
}

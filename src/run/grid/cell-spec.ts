import { z } from 'zod'
import { askedFor, measureSpecSchema } from '../../measures/list.js'
import { generateSpecSchema } from '../dataset-spec.js'
import { trainSpecSchema } from './train-spec.js'

const id = z.string().min(1)

const withoutSheets = (measure: unknown = {}): unknown =>
  measure !== null && typeof measure === 'object' ? { contactSheets: false, ...measure } : measure

/** What is made at one point of a grid. */
export const cellSpecSchema = z
  .strictObject({
    /** id of a dataset that exists */
    dataset: id.optional(),
    /** or how one is generated */
    generate: generateSpecSchema.optional(),
    /** what is measured on the dataset; a contact sheet of every cell only where it is asked for */
    measure: z.preprocess(withoutSheets, measureSpecSchema()),
    /** a recogniser is trained on the dataset */
    train: trainSpecSchema.optional(),
    /** or id of one that was trained on it elsewhere */
    recogniser: id.optional(),
  })
  .superRefine(({ dataset, generate, measure, train, recogniser }, context) => {
    const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message })
    const hasDataset = dataset !== undefined || generate !== undefined
    if (dataset !== undefined && generate !== undefined)
      refuse("a cell has one dataset: give 'dataset' or 'generate'", 'dataset')
    if (train !== undefined && recogniser !== undefined)
      refuse("a cell has one recogniser: give 'train' or 'recogniser'", 'recogniser')
    if (train !== undefined && !hasDataset)
      refuse("there is nothing to train on: give 'generate' or 'dataset'", 'train')
    if (!hasDataset && askedFor(measure).length > 0)
      refuse("there is nothing to measure: give 'generate' or 'dataset'", 'measure')
    if (!hasDataset && recogniser === undefined) refuse("there is nothing in the cell: give 'generate'")
  })
export type CellSpec = z.infer<typeof cellSpecSchema>

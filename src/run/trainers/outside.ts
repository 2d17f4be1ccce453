import { copyFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createFolder, readText, writeDurably } from '../../bytes/files.js'
import { sha256 } from '../../bytes/hashing.js'
import { InputError } from '../../errors.js'
import { importCheckpoint } from '../../models/import.js'
import { loadModel } from '../../models/model.js'
import { PROGRAM } from '../../program.js'
import type { Progress } from '../../progress.js'
import { yamlText } from '../../yaml-file.js'
import { newestFile } from './checkpoint-file.js'
import { datasetInForm } from './dataset-form.js'
import { followProcess } from './followed-process.js'
import type { PlacedTrainer } from './outside-spec.js'
import { filled, filledCommand, filledFile, type Values } from './placeholders.js'
import type { TrainedOn, Trainer } from './trainer.js'

const NAME = 'recogniser.onnx'
/** A moment that file systems may round away. */
const CLOCK = 2_000

/**
 * A trainer that is another program: it gets a dataset in its form, and what it writes is imported. Nothing of its
 * checkpoint is run. @param values of the spec, for its command and files
 * @throws InputError where a file that it needs can't be read
 */
export async function outsideTrainer(
  { id, base, spec }: PlacedTrainer,
  values: Values,
  { log, progress }: { readonly log: (line: string) => void; readonly progress: Progress },
): Promise<Trainer> {
  const templates: (readonly [string, string])[] = []
  for (const [name, path] of Object.entries(spec.files))
    templates.push([name, await readText(resolve(base, path))])
  const { command, form, checkpoint, as, key, epsilon } = spec
  const where = `trainers.${id}`
  return {
    recipe: ['outside', { command, form, checkpoint, as, key, epsilon }, templates, values],
    work: (images) => ({ units: images, unit: 'images', like: `${id} ${JSON.stringify(values)}` }),
    async train(dataset, job) {
      const name = `cell-${sha256(job.folder).slice(0, 12)}`
      const known = await knownValues(dataset, { ...job, name, form }, values, { log, progress })
      const folder = resolve(base, spec.folder ?? '.')
      for (const [file, text] of templates) {
        const path = join(folder, filled(file, known, where))
        await createFolder(dirname(path))
        await writeDurably(path, filledFile(text, known))
      }
      const began = Date.now() - CLOCK
      const logFile = join(job.folder, 'trainer.log')
      const line = filledCommand(command, known, `${where}.command`)
      log(`${where} begins: ${line}`)
      await followProcess(line, { name: where, folder, logFile, silence: spec.silence, log })
      const found = await newestFile(resolve(folder, filled(checkpoint, known, where)), began, where)
      return { name: NAME, notes: await taken(found, join(job.folder, NAME), { id, base, spec }) }
    },
  }
}

async function knownValues(
  dataset: TrainedOn,
  job: { folder: string; name: string; seed: number; form: PlacedTrainer['spec']['form'] },
  values: Values,
  options: { readonly log: (line: string) => void; readonly progress: Progress },
): Promise<Values> {
  const path = await datasetInForm(dataset, job.form, job.folder, options)
  const { identities, images } = dataset
  return {
    ...values,
    dataset: resolve(path),
    out: resolve(job.folder),
    name: job.name,
    seed: job.seed,
    identities,
    images,
  }
}

/** The checkpoint as a recogniser in the job's folder. @returns what to know of it */
async function taken(found: string, out: string, { id, spec }: PlacedTrainer): Promise<string[]> {
  const where = `trainers.${id}`
  if (found.endsWith('.onnx')) {
    const { path, descriptor } = await loadModel(found)
    await copyFile(path, out)
    const { file: _, ...rest } = descriptor
    await writeDurably(out.replace(/\.onnx$/, '.yaml'), yamlText(rest))
    return [`Trained outside, by '${id}'.`]
  }
  const { as, key, epsilon } = spec
  const given = { ...(as && { as }), ...(key !== undefined && { key }), ...(epsilon && { epsilon }) }
  const result = await importCheckpoint({
    ...given,
    ...{ checkpoint: found, out, overwrite: true, producer: PROGRAM },
  }).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error
    throw new InputError(`its checkpoint can't be used: ${error.message}`, where, '', { cause: error })
  })
  const { description = '', role } = result.descriptor
  if (role === 'recogniser' && (spec.network === undefined || description.includes(spec.network)))
    return [
      `Trained outside, by '${id}' (${description}).`,
      ...result.assumed.map((text) => `Assumed: ${text}.`),
    ]
  await rm(out, { force: true })
  throw new InputError(
    `its checkpoint holds another network: ${description} (${role}), ${spec.network ?? 'a recogniser'} was expected`,
    where,
    "correct the trainer's configuration, or 'network' in the paths file",
  )
}

import { InputError } from '../errors.js'
import { loadDetector } from '../models/detectors/load-detector.js'
import { loadModel } from '../models/model.js'
import { type AttropNetworks, requireAttrop } from './attrop/attrop-networks.js'
import { RunFolder, type RunRecord } from './run-folder.js'
import { VectorFile } from './vector-file.js'

/** Where a machine has what a run is made of, if not where the run began. */
export type JoinedInputs = Partial<Omit<RunRecord['inputs'], 'attrop'>> & {
  readonly attrop?: Partial<AttropNetworks>
}

/**
 * Joins a run that another process began, perhaps on another machine, in a shared folder.
 * @param inputs where this machine has the vectors and the networks, if not where the run began
 * @throws InputError where they are not those of the run
 */
export async function joinRun(path: string, inputs: JoinedInputs = {}): Promise<RunFolder> {
  const { record } = await RunFolder.open(path)
  const { attrop: elsewhere, ...files } = inputs
  if (elsewhere !== undefined && record.plan.attrop === undefined)
    throw new InputError('the run has no AttrOP', path, "leave out AttrOP's networks")
  const attrop = record.inputs.attrop && { ...record.inputs.attrop, ...elsewhere }
  const here = { ...record.inputs, ...files, ...(attrop && { attrop }) }
  const run = RunFolder.at(path, { ...record, inputs: here })
  const { identities, generator } = run.record.inputs
  const vectors = await VectorFile.open(identities)
  try {
    if ((await vectors.fingerprint(run.plan.identities.count)) !== run.plan.identities.sha256)
      throw new InputError(
        'these are not the vectors that the run began with',
        identities,
        'name the right file',
      )
  } finally {
    await vectors.close()
  }
  const { sha256 } = await loadModel(generator)
  if (sha256 !== run.plan.generator.sha256)
    throw new InputError(
      'this is not the generator that the run began with',
      generator,
      'name the right file',
    )
  if (run.plan.attrop !== undefined) await requireAttrop(attrop, run.plan.attrop, path)
  await requireDetector(run)
  return run
}

/** @throws InputError where the detector is not the one that the run began with */
async function requireDetector({ plan, record, path }: RunFolder): Promise<void> {
  if (plan.align === undefined) return
  const { detector } = record.inputs
  if (detector === undefined)
    throw new InputError('the run does not say where its detector is', path, 'name it')
  const { model } = await loadDetector(detector)
  if (model.sha256 === plan.align.detector.sha256) return
  throw new InputError('this is not the detector that the run began with', detector, 'name the right file')
}

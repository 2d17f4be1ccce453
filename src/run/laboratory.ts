import { join } from 'node:path'
import { InputError } from '../errors.js'
import { planId } from '../generate/generation-plan.js'
import { isMeasured, keptOrTaken, type MeasuredOn } from '../measures/kept.js'
import type { Asked, Found } from '../measures/measure.js'
import type { Pipeline } from '../models/pipeline.js'
import type { RecordedSession } from '../models/session.js'
import type { Progress } from '../progress.js'
import { type Faces, showsFaces } from './faces.js'
import type { Inputs } from './inputs.js'
import { type Laboratory, MeasuredDataset } from './measured-dataset.js'
import type { SupplyOptions } from './sources.js'
import { measureStep } from './steps.js'

export interface LaboratoryOptions {
  readonly supply: Pick<SupplyOptions, 'cacheFolder'>
  readonly seed: number
  readonly session: RecordedSession
  readonly progress: Progress
  readonly log: (line: string) => void
  /** whose faces the results may hold; rendered ones where left out */
  readonly faces?: Faces
  /** called as each measurement begins */
  readonly onStep?: (name: string) => void
}

/** What the measurements of a dataset share. @param generator times are of, where no pipeline is named */
export function laboratoryOf(
  inputs: Inputs,
  { session, seed, progress, supply, log, faces }: LaboratoryOptions,
  generator: Pipeline | undefined,
): Laboratory & { close(): Promise<void> } {
  const references = new Map<string, MeasuredDataset>()
  const laboratory: Laboratory = {
    ...{ session, seed, progress, log, cacheFolder: supply.cacheFolder },
    model: (id) => inputs.model(id),
    reference(id) {
      const known = references.get(id)
      if (known !== undefined) return known
      const location = inputs.dataset(id)
      const { path, reading } = location
      const shows = showsFaces(location, faces)
      const opened = new MeasuredDataset(path, id, shows, laboratory, undefined, reading)
      references.set(id, opened)
      return opened
    },
    pipeline(id) {
      const pipeline = id === undefined ? generator : inputs.pipeline(id)
      if (pipeline === undefined) throw new InputError('there is no generator to time', '', 'name a pipeline')
      return pipeline
    },
  }
  return {
    ...laboratory,
    async close() {
      for (const reference of references.values()) await reference.close()
    },
  }
}

/** Takes the measurements, or finds them in the cache. */
export async function takeAll(
  asked: readonly Asked[],
  subject: MeasuredDataset,
  inputs: Inputs,
  options: LaboratoryOptions,
): Promise<Found[]> {
  const taken: Found[] = []
  for (const one of asked) {
    options.onStep?.(measureStep(one.measure, subject.name))
    const on = await measuredOn(one, subject, inputs, options)
    taken.push(await keptOrTaken(one, subject, measurementsIn(options.supply), on))
  }
  return taken
}

/** Whether a measurement was taken before. Reads whole what the dataset is compared with. */
export async function isTaken(
  asked: Asked,
  subject: MeasuredDataset,
  inputs: Inputs,
  options: LaboratoryOptions,
): Promise<boolean> {
  const on = await measuredOn(asked, subject, inputs, options)
  return isMeasured(asked, subject, measurementsIn(options.supply), on)
}

const measurementsIn = ({ cacheFolder }: LaboratoryOptions['supply']): string =>
  join(cacheFolder, 'measurements')

/** Everything that decides what a measurement finds. */
async function measuredOn(
  { needs: { models = [], references = [], generation } }: Asked,
  subject: MeasuredDataset,
  inputs: Inputs,
  { session, seed }: LaboratoryOptions,
): Promise<MeasuredOn> {
  return {
    dataset: await subject.fingerprint(),
    models: models.map(({ id }) => [id, inputs.model(id).sha256, inputs.model(id).descriptor]),
    references: await Promise.all(
      references.map(async (id) => [id, await subject.fingerprintOf(id)] as const),
    ),
    provider: session.provider,
    seed,
    ...(generation && { plan: planId((await subject.generation()).plan) }),
  }
}

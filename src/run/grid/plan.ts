import { join } from 'node:path'
import { InputError } from '../../errors.js'
import { imageCountOf } from '../../features/dataset-features.js'
import { askedFor } from '../../measures/list.js'
import type { Missing } from '../../results/schema.js'
import { networkIdsOf } from '../dataset-spec.js'
import { Inputs } from '../inputs.js'
import { laboratoryOf } from '../laboratory.js'
import { MeasuredDataset } from '../measured-dataset.js'
import type { DatasetRunOptions } from '../run-datasets.js'
import { findIngredients, stageOf } from '../run-datasets.js'
import type { LoadedSpec, ProtocolSpec } from '../spec.js'
import type { MadeImages } from '../stages/images.js'
import { type Measured, measureStage } from '../stages/measure.js'
import type { Stage } from '../stages/stage.js'
import { type Trained, trainStage } from '../stages/train.js'
import type { VerifyStageOptions } from '../stages/verify.js'
import { type Verifiable, type Verified, type VerifyInputs, verifyStage } from '../stages/verify.js'
import { trainerOf } from '../trainers/list.js'
import type { TrainedOn } from '../trainers/trainer.js'
import type { VerifiedTestSet } from '../verify-models.js'
import type { CellSpec } from './cell-spec.js'
import type { GridCell } from './cells.js'

/** What is made for one cell. */
export interface PlannedCell {
  readonly cell: GridCell
  /** ids in the results */
  readonly model?: string
  readonly dataset?: string
  readonly measured?: Stage<Measured>
  readonly trained?: Stage<Trained>
  readonly verified: readonly Stage<Verified>[]
  /** what the cell needs and nobody has; nothing is made then */
  readonly missing: readonly Missing[]
}

export interface GridOptions
  extends Omit<DatasetRunOptions, 'seed'>,
    Omit<VerifyStageOptions, 'cacheFolder'> {
  /** name of the spec, which ids begin with */
  readonly name: string
  readonly testSets: readonly VerifyInputs['testSet'][]
  readonly protocol: ProtocolSpec
  /** of what is not repeated: intervals */
  readonly seed: number
}

/** A dataset of a cell: how it is made, or where it lies. */
interface CellDataset {
  readonly made?: Stage<MadeImages>
  readonly fingerprint: string
  readonly images: number
  on(take: <T>(stage: Stage<T>) => Promise<T>): Promise<TrainedOn>
}

/** Plans the cells of a spec on the test sets that were found. @throws InputError */
export function planCells(
  { spec }: LoadedSpec,
  cells: readonly GridCell[],
  options: Omit<GridOptions, 'name' | 'testSets' | 'protocol' | 'seed'> & {
    readonly testSets: readonly VerifiedTestSet[]
  },
): Promise<PlannedCell[]> {
  const { name, protocol, seed } = spec
  const { pairsPerFold } = options.supply
  const testSets = options.testSets.map((opened) => ({
    ...{ id: opened.id, opened },
    ...(pairsPerFold !== undefined && { pairsPerFold }),
  }))
  return planGrid(cells, { ...options, name, protocol, seed, testSets })
}

/** Plans the stages of a grid's cells; what exists is looked up, nothing is made. @throws InputError */
export async function planGrid(cells: readonly GridCell[], options: GridOptions): Promise<PlannedCell[]> {
  const planner = new Planner(options)
  const planned: PlannedCell[] = []
  for (const cell of cells) planned.push(await planner.plan(cell))
  return planned
}

/** The stages that a cell is made for. */
export function goalsOf({ measured, trained, verified }: PlannedCell): Stage[] {
  return [...(measured ? [measured] : []), ...(trained ? [trained] : []), ...verified]
}

/** Ids of everything that a cell needs. */
function namedBy({ dataset, generate, measure, train, recogniser }: CellSpec): ReadonlySet<string> {
  const needs = askedFor(measure).map((asked) => asked.needs)
  const ids = [
    ...[dataset, recogniser, train?.outside, generate?.identityFeatures],
    ...(generate ? networkIdsOf(generate) : []),
    ...needs.flatMap(({ models = [] }) => models.map(({ id }) => id)),
    ...needs.flatMap(({ references = [], pipelines = [] }) => [...references, ...pipelines]),
  ]
  return new Set(ids.filter((id) => id !== undefined))
}

class Planner {
  readonly #inputs: Inputs
  readonly #existing = new Map<string, Promise<CellDataset>>()

  constructor(private readonly options: GridOptions) {
    this.#inputs = new Inputs(options)
  }

  async plan(cell: GridCell): Promise<PlannedCell> {
    const missing = await this.#lookUp(cell.spec)
    if (missing.length > 0) return { cell, missing, verified: [] }
    const { spec, seed, name: title } = cell
    const id = `${this.options.name}: ${title}`
    const dataset = await this.#dataset(spec, title, seed)
    const measured = dataset && this.#measured(spec, id, dataset, seed)
    const trained = dataset && (await this.#trained(spec, title, dataset, seed))
    const recogniser: Verifiable | undefined =
      spec.recogniser === undefined ? trained : this.#inputs.model(spec.recogniser)
    return {
      ...{ cell, missing },
      ...(recogniser && { model: spec.recogniser ?? id }),
      ...(measured && { measured, dataset: spec.dataset ?? id }),
      ...(trained && { trained }),
      verified: recogniser === undefined ? [] : this.#verified(recogniser, spec.recogniser ?? id, title),
    }
  }

  /** Looks for what a cell names. @returns what is missing of it */
  async #lookUp(spec: CellSpec): Promise<Missing[]> {
    const { dataset, generate, measure, train, recogniser } = spec
    if (dataset !== undefined) await this.#inputs.findDataset(dataset)
    if (generate !== undefined) await findIngredients(generate, this.#inputs)
    if (train?.outside !== undefined) await this.#inputs.findTrainer(train.outside)
    if (recogniser !== undefined) await this.#inputs.findModel(recogniser)
    await this.#inputs.find(askedFor(measure))
    const named = namedBy(spec)
    return this.#inputs.missing.filter(({ id }) => named.has(id))
  }

  async #dataset(spec: CellSpec, title: string, seed: number): Promise<CellDataset | undefined> {
    const { generate, dataset } = spec
    if (generate !== undefined) {
      const made = await stageOf(title, generate, this.#inputs, { ...this.options, seed })
      const { cacheFolder } = this.options.supply
      return {
        ...{ made, fingerprint: '', images: generate.identities * generate.images },
        async on(take) {
          const { path, identities, images, demo } = await take(made)
          return { path: join(cacheFolder, path), identities, images, demo }
        },
      }
    }
    if (dataset === undefined) return undefined
    const known = this.#existing.get(dataset) ?? this.#existingDataset(dataset)
    this.#existing.set(dataset, known)
    return known
  }

  /** Reads it whole, for its hash. What the demo draws on first use, and has not, can only be counted. */
  async #existingDataset(id: string): Promise<CellDataset> {
    const { path, demo, reading, toDraw } = this.#inputs.dataset(id)
    const on = () => Promise.reject(new InputError(`the dataset '${id}' is not drawn yet`))
    if (toDraw) return { fingerprint: 'not drawn', images: toDraw, on }
    const laboratory = laboratoryOf(this.#inputs, this.options, undefined)
    const subject = new MeasuredDataset(path, id, demo, laboratory, undefined, reading)
    try {
      const fingerprint = await subject.fingerprint()
      const reader = await subject.dataset()
      const images = await imageCountOf(reader)
      const identities = reader.identityCount ?? 0
      const found: TrainedOn = { path, identities, images, demo, ...(reading && { reading }) }
      return { fingerprint, images, on: async () => found }
    } finally {
      await subject.close()
      await laboratory.close()
    }
  }

  #measured(
    spec: CellSpec,
    id: string,
    { made, fingerprint, images }: CellDataset,
    seed: number,
  ): Stage<Measured> {
    const { generate, dataset, measure } = spec
    const asDataset = { id: dataset ?? id, name: dataset ?? id, measure, ...(generate && { generate }) }
    return measureStage(asDataset, { images, fingerprint, ...(made && { made }) }, { ...this.options, seed })
  }

  async #trained(
    { train }: CellSpec,
    title: string,
    { made, fingerprint, images, on }: CellDataset,
    seed: number,
  ): Promise<Stage<Trained> | undefined> {
    if (train === undefined) return undefined
    const trainer = await trainerOf(train, this.#inputs, this.options)
    const needs = made === undefined ? [] : [made]
    return trainStage(
      trainer,
      { title, seed, fingerprint, images, needs, dataset: on },
      this.options.supply.cacheFolder,
    )
  }

  #verified(recogniser: Verifiable, id: string, title: string): Stage<Verified>[] {
    const { protocol, seed, supply } = this.options
    return this.options.testSets.map((testSet) =>
      verifyStage(
        recogniser,
        { id, title, testSet, protocol, seed },
        { ...this.options, cacheFolder: supply.cacheFolder },
      ),
    )
  }
}

import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import type { Asked } from '../measures/measure.js'
import { loadModel, type Model, requireRole } from '../models/model.js'
import { type Pipeline, readPipeline } from '../models/pipeline.js'
import type { Missing } from '../results/schema.js'
import { type Catalogue, facesIn, missing } from './catalogue.js'
import type { Identified } from './described.js'
import { type DatasetLocation, type Sources, type SupplyOptions, supplied } from './sources.js'
import type { PlacedTrainer } from './trainers/outside-spec.js'

export interface InputOptions {
  readonly sources: Sources
  readonly supply: SupplyOptions
  readonly catalogue: Catalogue
  /** called as something is drawn that is made on first use */
  readonly onStep?: (name: string) => void
}

/** Where everything lies that a dataset needs, by id. */
export class Inputs {
  readonly #missing = new Map<string, Missing>()
  readonly #hashes = new Map<string, Promise<string>>()
  readonly #models = new Map<string, Model>()
  readonly #pipelines = new Map<string, Pipeline>()
  readonly #trainers = new Map<string, PlacedTrainer>()
  readonly #datasets = new Map<string, DatasetLocation>()

  constructor(private readonly options: InputOptions) {}

  /** What was looked for and not found, each thing once. */
  get missing(): readonly Missing[] {
    return [...this.#missing.values()]
  }

  #miss(kind: Missing['kind'], id: string): void {
    this.#missing.set(`${kind} ${id}`, missing(kind, id, this.options.catalogue))
  }

  /** Whether something was looked for and not found. */
  lacks(kind: Missing['kind'], id: string): boolean {
    return this.#missing.has(`${kind} ${id}`)
  }

  async findModel(id: string): Promise<void> {
    if (this.#models.has(id) || this.lacks('model', id)) return
    const path = await this.#pathOfModel(id)
    if (path !== undefined) this.#models.set(id, await loadModel(path))
  }

  async findPipeline(id: string): Promise<void> {
    const path = await this.#pathOfModel(id)
    if (path !== undefined) this.#pipelines.set(id, await readPipeline(path))
  }

  async #pathOfModel(id: string): Promise<string | undefined> {
    const path = await this.options.sources.model(id, this.options.supply)
    if (path === undefined) this.#miss('model', id)
    return path
  }

  async findDataset(id: string): Promise<void> {
    if (this.#datasets.has(id) || this.lacks('dataset', id)) return
    const { sources, supply, onStep } = this.options
    const location = await supplied((...asked) => sources.dataset(...asked), id, supply, onStep)
    if (location === undefined) this.#miss('dataset', id)
    else {
      const faces = location.faces ?? facesIn(this.options.catalogue, 'dataset', id)
      this.#datasets.set(id, { ...location, ...(faces !== undefined && { faces }) })
    }
  }

  async findTrainer(id: string): Promise<void> {
    if (this.#trainers.has(id) || this.lacks('trainer', id)) return
    const trainer = await this.options.sources.trainer?.(id)
    if (trainer === undefined) this.#miss('trainer', id)
    else this.#trainers.set(id, trainer)
  }

  trainer(id: string): PlacedTrainer {
    return found(this.#trainers, id, 'trainer')
  }

  /** Finds what measurements need; checks that each network has a role that is asked of it. @throws InputError */
  async find(asked: readonly Asked[]): Promise<void> {
    for (const { needs } of asked) {
      for (const { id, roles } of needs.models ?? []) {
        await this.findModel(id)
        const model = this.#models.get(id)
        if (model !== undefined) requireRole(model, ...roles)
      }
      for (const id of needs.pipelines ?? []) await this.findPipeline(id)
      for (const id of needs.references ?? []) await this.findDataset(id)
    }
  }

  model(id: string): Model {
    return found(this.#models, id, 'model')
  }

  pipeline(id: string): Pipeline {
    return found(this.#pipelines, id, 'pipeline')
  }

  dataset(id: string): DatasetLocation {
    return found(this.#datasets, id, 'dataset')
  }

  /** SHA-256 of a file, read once. */
  hashOf(path: string): Promise<string> {
    const known = this.#hashes.get(path) ?? sha256OfFile(path)
    this.#hashes.set(path, known)
    return known
  }

  get models(): Identified<Model>[] {
    return [...this.#models].map(([id, value]) => ({ id, value }))
  }
}

function found<T>(map: ReadonlyMap<string, T>, id: string, kind: string): T {
  const value = map.get(id)
  if (value === undefined) throw new InputError(`the ${kind} '${id}' was not looked up`)
  return value
}

import { stat } from 'node:fs/promises'
import { askedFor } from '../measures/list.js'
import type { DatasetSpec } from './dataset-spec.js'
import { cellsOf } from './grid/grid-of-spec.js'
import { stageStep } from './grid/stage-steps.js'
import type { Sources, SupplyOptions } from './sources.js'
import { type LoadedSpec, testSetIds } from './spec.js'
import { drawStep, measureStep, type Step, verifyStep } from './steps.js'

/** What is done for a dataset: it is generated, where its spec says how, and measured. */
export function datasetSteps({ name: title, generate, measure }: DatasetSpec): Step[] {
  const making = (kind: 'vectors' | 'generate', work: number): Step => ({
    ...{ name: stageStep({ kind, title }), kind, work },
  })
  return [
    ...(generate === undefined
      ? []
      : [making('vectors', generate.identities), making('generate', generate.identities * generate.images)]),
    ...askedFor(measure).map(({ measure: asked }) => ({
      ...{ name: measureStep(asked, title), kind: asked.id, work: 1 },
    })),
  ]
}

/** What has to be drawn of test sets, or of the datasets that others are compared with, before it is there. */
export async function drawSteps(
  kind: 'testSet' | 'dataset',
  ids: Iterable<string>,
  sources: Sources,
  supply: SupplyOptions,
): Promise<Step[]> {
  const steps: Step[] = []
  for (const id of new Set(ids)) {
    const { toDraw = 0 } = (await sources[kind](id, { ...supply, lookOnly: true })) ?? {}
    if (toDraw > 0) steps.push({ name: drawStep(id), kind: 'draw', work: toDraw })
  }
  return steps
}

/** Ids of the datasets that have to be there before one is measured: itself where it isn't generated, and those it is compared with. */
export function datasetsBefore({
  id,
  generate,
  measure,
}: Pick<DatasetSpec, 'generate' | 'measure'> & { readonly id?: string | undefined }): string[] {
  const references = askedFor(measure).flatMap(({ needs }) => needs.references ?? [])
  return generate === undefined && id !== undefined ? [id, ...references] : references
}

/** What has to be drawn before anything else: test sets, and the datasets that the cells of a grid need. @throws InputError */
export async function firstDrawings(
  loaded: LoadedSpec,
  sources: Sources,
  supply: SupplyOptions,
): Promise<Step[]> {
  const ofCells = cellsOf(loaded).flatMap(({ spec }) => datasetsBefore({ ...spec, id: spec.dataset }))
  return [
    ...(await drawSteps('testSet', testSetIds(loaded.spec), sources, supply)),
    ...(await drawSteps('dataset', ofCells, sources, supply)),
  ]
}

/** Something that is verified, or verified on, and how much work that is. */
export interface Sized {
  readonly id: string
  /** of a network its file's bytes, of a test set its images; 0 where that is not known yet */
  readonly size: number
}

/** Every recogniser on every test set. That takes as long as images are many and the network is large. */
export function verifySteps(models: readonly Sized[], testSets: readonly Sized[]): Step[] {
  return models.flatMap((model) =>
    testSets.map((set) => ({
      ...{ name: verifyStep(model.id, set.id), kind: 'verify', work: model.size * set.size },
    })),
  )
}

/** The bytes of each network's file. */
export function sizesOf(
  models: readonly { readonly id: string; readonly value: { readonly path: string } }[],
): Promise<Sized[]> {
  return Promise.all(models.map(async ({ id, value }) => ({ id, size: (await stat(value.path)).size })))
}

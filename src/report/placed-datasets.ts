import type { DatasetResult, Results } from '../results/schema.js'
import { kindOfPlace } from './kind-of-place.js'
import { hashOfRun, runFacts } from './placed.js'
import { type Facts, tellApart } from './tell-apart.js'

/** A dataset as a report has it. */
export interface PlacedDataset extends DatasetResult {
  /** the place in a grid that it shares with those of other seeds */
  readonly kind?: string
}

/** The datasets of all runs, each once; those of one id get ids of their own, and names with what tells them apart. */
export function distinctDatasets(runs: readonly Results[]): PlacedDataset[] {
  const all = runs.flatMap((run) => run.datasets.map((dataset) => ({ run, dataset })))
  const placed = [...new Map(all.map((it) => [JSON.stringify(it.dataset), it])).values()]
  return placed.map(({ run, dataset }, index) => {
    const cell = run.grid?.cells.find((each) => each.dataset === dataset.id)
    const namesakes = placed.filter((it) => it.dataset.id === dataset.id)
    const place = namesakes.indexOf(placed[index])
    const variant = tellApart([
      namesakes.map((it): Facts => new Map([['content', it.dataset.fingerprint.slice(0, 12)]])),
      namesakes.map((it) => runFacts(it.run)),
      namesakes.map((it): Facts => new Map([['run', hashOfRun(it.run).slice(0, 12)]])),
    ])[place]
    return {
      ...dataset,
      id: place === 0 ? dataset.id : `${dataset.id}-${place + 1}`,
      name: variant === '' ? dataset.name : `${dataset.name} (${variant})`,
      ...(cell !== undefined && { kind: kindOfPlace(run.name, cell.point) }),
    }
  })
}

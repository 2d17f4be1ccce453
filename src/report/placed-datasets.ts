import type { DatasetResult, Results } from '../results/schema.js'
import { hashOfRun, runFacts } from './placed.js'
import { type Facts, tellApart } from './tell-apart.js'

/** The datasets of all runs, each once; those of one id get ids of their own, and names with what tells them apart. */
export function distinctDatasets(runs: readonly Results[]): DatasetResult[] {
  const all = runs.flatMap((run) => run.datasets.map((dataset) => ({ run, dataset })))
  const placed = [...new Map(all.map((it) => [JSON.stringify(it.dataset), it])).values()]
  return placed.map(({ dataset }, index) => {
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
    }
  })
}

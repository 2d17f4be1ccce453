import type { Training } from '../results/schema.js'
import { kindOfPlace } from './kind-of-place.js'
import type { Merged } from './merge.js'
import { showNumber } from './numbers.js'

/** A training as a report names it. */
export interface TrainedLine {
  /** unlike any other's */
  readonly name: string
  /** the place in the grid that it shares with those of other seeds */
  readonly kind?: string
  readonly training: Training
}

/** Every training of the runs, those that are the same once. */
export function trainingsOf({ runs }: Pick<Merged, 'runs'>): TrainedLine[] {
  const all = runs.flatMap((run) => (run.trainings ?? []).map((training) => ({ run: run.name, training })))
  const placed = [...new Map(all.map((it) => [JSON.stringify(it.training), it])).values()]
  return placed.map(({ run, training }, i) => {
    const { name, point } = training
    const namesakes = placed.filter((other) => other.training.name === name)
    const ofRun = namesakes.filter((other) => other.run === run)
    const told = [
      ...(namesakes.length > ofRun.length ? [run] : []),
      ...(ofRun.length > 1 ? [training.network.slice(0, 12)] : []),
    ]
    const shown = told.length === 0 ? name : `${name} (${told.join(', ')})`
    const again = placed.slice(0, i).some(({ training: before }) => sameName(before, training))
    return {
      name: again ? `${shown} ${i + 1}` : shown,
      training,
      ...(point !== undefined && { kind: kindOfPlace(run, point) }),
    }
  })
}

const sameName = (a: Training, b: Training): boolean => a.name === b.name && a.network === b.network

/** A table of trainings: what each ended with. The first row is its head. */
export function trainingTable(merged: Pick<Merged, 'runs'>): string[][] {
  const lines = trainingsOf(merged)
  const names = [...new Set(lines.flatMap(({ training }) => training.curves.map(({ name }) => name)))]
  if (names.length === 0) return []
  return [
    ['training', 'dataset', 'steps', ...names.map((name) => `${name}, last`)],
    ...lines.map(({ name, training }) => [
      name,
      training.dataset,
      showNumber(Math.max(0, ...training.curves.flatMap(({ x }) => x.at(-1) ?? []))),
      ...names.map((curve) => {
        const last = training.curves.find((each) => each.name === curve)?.y.at(-1)
        return last === undefined ? '' : showNumber(last)
      }),
    ]),
  ]
}

import { quantile } from '../../arrays/quantile.js'
import type { Stage, StageKind } from '../stages/stage.js'
import { STAGE_KINDS } from '../stages/stage.js'
import type { StageRecord, StageStore } from '../stages/stage-store.js'

/** Seconds a unit where nothing of a kind was made with this cache: the demo's on two cores, to have an order of magnitude. */
const GUESSES: Readonly<Record<StageKind, number>> = {
  vectors: 1e-4,
  generate: 4e-3,
  measure: 2e-3,
  train: 5e-3,
  verify: 5,
}

/** What an estimate stands on: stages just like it, others of its kind, or nothing that was made here. */
export type Basis = 'alike' | 'kind' | 'guess'

export interface Estimate {
  readonly seconds: number
  readonly basis: Basis
}

/** How long stages take, told from those that were made with this cache. */
export class Estimates {
  private constructor(private readonly records: ReadonlyMap<string, readonly StageRecord[]>) {}

  static async of(store: StageStore): Promise<Estimates> {
    const records = new Map<string, readonly StageRecord[]>()
    for (const kind of STAGE_KINDS) records.set(kind, await store.records(kind))
    return new Estimates(records)
  }

  for({ kind, work }: Stage): Estimate {
    const ofKind = this.records.get(kind) ?? []
    const alike = ofKind.filter(({ like }) => like === work.like)
    const [known, basis]: readonly [readonly StageRecord[], Basis] =
      alike.length > 0 ? [alike, 'alike'] : [ofKind, 'kind']
    // The median: one stage that was made on a busy machine would tell a mean something else.
    const rates = known.filter(({ units }) => units > 0).map(({ seconds, units }) => seconds / units)
    if (rates.length === 0) return { seconds: GUESSES[kind] * work.units, basis: 'guess' }
    return {
      seconds:
        quantile(
          rates.sort((a, b) => a - b),
          0.5,
        ) * work.units,
      basis,
    }
  }
}

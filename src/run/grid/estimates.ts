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
    const units = known.reduce((sum, record) => sum + record.units, 0)
    if (units === 0) return { seconds: GUESSES[kind] * work.units, basis: 'guess' }
    const seconds = known.reduce((sum, record) => sum + record.seconds, 0)
    return { seconds: (seconds / units) * work.units, basis }
  }
}

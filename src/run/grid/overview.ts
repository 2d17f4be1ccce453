import { inOrder, STAGE_KINDS, type Stage, type StageKind } from '../stages/stage.js'
import type { StageStore } from '../stages/stage-store.js'
import { type Basis, Estimates } from './estimates.js'
import { goalsOf, type PlannedCell } from './plan.js'

/** The stages of a kind: how many there are, and what those to be made come to. */
export interface KindOverview {
  readonly kind: StageKind
  readonly unit: string
  readonly stages: number
  readonly kept: number
  /** units of those that are to be made */
  readonly units: number
  readonly seconds: number
  /** the weakest that the estimate stands on; undefined where nothing is to be made */
  readonly basis?: Basis
}

/** One cell: what of it is kept, and how long the rest takes where no other cell makes it. */
export interface CellOverview {
  readonly name: string
  readonly stages: readonly { readonly kind: StageKind; readonly title: string; readonly kept: boolean }[]
  readonly seconds: number
  readonly missing: readonly string[]
}

/** What a grid comes to before anything is made. */
export interface GridOverview {
  readonly cells: readonly CellOverview[]
  readonly kinds: readonly KindOverview[]
  /** of all that is to be made, each stage once, with as many cells at once as asked for */
  readonly seconds: number
  readonly atOnce: number
  /** images that are generated, and recognisers that are trained */
  readonly images: number
  readonly trainings: number
}

const WEAKEST: readonly Basis[] = ['guess', 'kind', 'alike']

/**
 * Looks up what is kept and estimates the rest. Reads one small file a stage.
 * @param atOnce cells that are made side by side
 */
export async function overviewOf(
  cells: readonly PlannedCell[],
  store: StageStore,
  atOnce = 1,
): Promise<GridOverview> {
  const estimates = await Estimates.of(store)
  const stages = inOrder(cells.flatMap(goalsOf))
  const kept = new Set<string>()
  for (const stage of stages) if ((await store.kept(stage)) !== undefined) kept.add(stage.key)
  const secondsOf = (stage: Stage): number => (kept.has(stage.key) ? 0 : estimates.for(stage).seconds)
  const kinds = STAGE_KINDS.flatMap((kind): KindOverview[] => {
    const own = stages.filter((stage) => stage.kind === kind)
    if (own.length === 0) return []
    const toDo = own.filter(({ key }) => !kept.has(key))
    const bases = toDo.map((stage) => estimates.for(stage).basis)
    const basis = WEAKEST.find((one) => bases.includes(one))
    return [
      {
        ...{ kind, unit: own[0].work.unit, stages: own.length, kept: own.length - toDo.length },
        units: toDo.reduce((sum, { work }) => sum + work.units, 0),
        seconds: toDo.reduce((sum, stage) => sum + secondsOf(stage), 0),
        ...(basis && { basis }),
      },
    ]
  })
  const ofKind = (kind: StageKind): KindOverview | undefined => kinds.find((one) => one.kind === kind)
  const training = ofKind('train')
  const ofCells = cells.map((planned): CellOverview => {
    const own = inOrder(goalsOf(planned))
    return {
      name: planned.cell.name,
      stages: own.map(({ kind, title, key }) => ({ kind, title, kept: kept.has(key) })),
      seconds: own.reduce((sum, stage) => sum + secondsOf(stage), 0),
      missing: planned.missing.map(({ kind, id }) => `${kind} '${id}'`),
    }
  })
  const inTurn = kinds.reduce((sum, { seconds }) => sum + seconds, 0)
  return {
    ...{ kinds, atOnce, cells: ofCells },
    seconds: Math.max(inTurn / atOnce, ...ofCells.map(({ seconds }) => seconds)),
    images: ofKind('generate')?.units ?? 0,
    trainings: training === undefined ? 0 : training.stages - training.kept,
  }
}

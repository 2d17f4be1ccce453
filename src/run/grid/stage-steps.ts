import type { Stage } from '../stages/stage.js'
import type { StageStore } from '../stages/stage-store.js'
import type { Step } from '../steps.js'

/** A stage as a step of a run. */
export const stageStep = ({ kind, title }: Pick<Stage, 'kind' | 'title'>): string => `${kind}: ${title}`

/** The stages that are not kept yet, as steps. */
export async function stepsToMake(stages: readonly Stage[], store: StageStore): Promise<Step[]> {
  const steps: Step[] = []
  for (const stage of stages) {
    if ((await store.kept(stage)) !== undefined) continue
    const { kind, work } = stage
    steps.push({ name: stageStep(stage), kind: `${kind} ${work.like}`, work: work.units })
  }
  return steps
}

/** `train: sigma 0.3 alone, seed 1, made in 3m12s` */
export function madeLine(stage: Stage, seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const rest = `${(seconds - 60 * minutes).toFixed(minutes > 0 ? 0 : 1)}s`
  return `${stageStep(stage)}, made in ${minutes > 0 ? `${minutes}m` : ''}${rest}`
}

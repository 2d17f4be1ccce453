import type { z } from 'zod'
import { sha256 } from '../../bytes/hashing.js'
import { PROGRAM } from '../../program.js'

/** The stages of a cell, in the order in which they come. */
export const STAGE_KINDS = ['vectors', 'generate', 'measure', 'train', 'verify'] as const
export type StageKind = (typeof STAGE_KINDS)[number]

/** How much there is to do, for estimates. */
export interface Work {
  readonly units: number
  /** what one is, in the plural */
  readonly unit: string
  /** stages of one `like` take equally long a unit: the network's name, AttrOP's steps .. */
  readonly like: string
}

/** What a stage leaves behind: plain data, and files of the cache. */
export interface Made<T> {
  readonly outcome: T
  /** paths in the cache's folder, without which it has to be made again */
  readonly files: readonly string[]
}

/** Something to be made once, whichever cells need it. */
export interface Stage<T = unknown> {
  readonly kind: StageKind
  /** what it is of, for progress: `sigma 0.3 alone, seed 2` */
  readonly title: string
  /** hash of everything that decides what it makes: equal stages have equal keys */
  readonly key: string
  readonly work: Work
  /** what has to be there before */
  readonly needs: readonly Stage[]
  readonly schema: z.ZodType<T>
  /** whether what was kept still holds; true where left out */
  holds?(outcome: T): Promise<boolean>
  /** @throws InputError; what it began is gone on with when it is called again */
  make(take: Take): Promise<Made<T>>
}

/** What a stage was or is made into. */
export type Take = <T>(stage: Stage<T>) => Promise<T>

/** A stage's key. Stages of before are made anew by a new version of the program. */
export function keyOf(kind: StageKind, recipe: unknown, needs: readonly Stage[]): string {
  return sha256(JSON.stringify([PROGRAM.version, kind, recipe, needs.map(({ key }) => key)]))
}

/** Stages with all that they need, each once, in an order in which they can be made. */
export function inOrder(goals: Iterable<Stage>): Stage[] {
  const seen = new Map<string, Stage>()
  const visit = (stage: Stage): void => {
    if (seen.has(stage.key)) return
    for (const need of stage.needs) visit(need)
    seen.set(stage.key, stage)
  }
  for (const goal of goals) visit(goal)
  return [...seen.values()]
}

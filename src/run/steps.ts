import type { Progress, TimeLeft } from '../progress.js'

/** A part of a run that takes its time. */
export interface Step {
  /** `demo-recogniser-a on demo-lfw`, `Identity separability: hsface10k`; no two of a run are the same */
  readonly name: string
  /** steps of one kind take time in proportion to their work */
  readonly kind: string
  readonly work: number
}

/** The names of the steps of a run. */
export const drawStep = (id: string): string => `drawing ${id}`
export const measureStep = ({ title }: { readonly title: string }, dataset: string): string =>
  `${title}: ${dataset}`
export const verifyStep = (model: string, testSet: string): string => `${model} on ${testSet}`

/** Steps in their order, those that several parts of a run need once, where they first stand. */
export function eachOnce<T extends { readonly name: string }>(steps: readonly T[]): T[] {
  const named = new Set<string>()
  return steps.filter(({ name }) => named.size < named.add(name).size)
}

/** A step of a run, before anything is made. */
export interface PlannedStep {
  readonly name: string
  /** whether the cache has it; undefined where telling would mean to read a dataset whole */
  readonly kept: boolean | undefined
  /** how long it takes on this machine; left out where nobody knows */
  readonly seconds?: number
  /** whether that was tried on this machine, for a moment or in a run before; else it is a guess */
  readonly measured?: boolean
}

/** Where a run stands among its steps, and when it will have ended. */
export class Steps {
  #left: Step[]
  #done = 0
  #current: { readonly step: Step; readonly begun: number } | undefined
  readonly #taken = new Map<string, { work: number; seconds: number }>()

  /** @param now seconds */
  constructor(
    steps: readonly Step[],
    private readonly progress: Progress,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#left = [...steps]
  }

  /** What is left is planned anew, once more is known of it. */
  plan(steps: readonly Step[]): void {
    this.#left = [...steps]
  }

  /**
   * The step of that name begins; the one before has ended. Steps are taken in their order: what was planned before it and
   * was not begun was there already. One that was not planned is one more.
   */
  begin(name: string): void {
    this.#end()
    const at = this.#left.findIndex((one) => one.name === name)
    const step = at < 0 ? { name, kind: name, work: 1 } : this.#left[at]
    this.#left = this.#left.slice(at + 1)
    this.#current = { step, begun: this.now() }
    this.progress.step?.({
      number: this.#done + 1,
      of: this.#done + 1 + this.#left.length,
      left: () => this.timeLeft(),
    })
  }

  /** Steps that will not be taken: what they need is missing. */
  drop(names: readonly string[]): void {
    this.#left = this.#left.filter(({ name }) => !names.includes(name))
  }

  /**
   * Until the whole has ended: the work that is left at the pace of the steps taken of its kind. A step that goes on counts
   * as far as its kind is known; kinds of which none was taken count nothing, and the time is a least one.
   */
  timeLeft(): TimeLeft | undefined {
    const current = this.#current
    const known = [...this.#left, ...(current === undefined ? [] : [current.step])].filter(({ kind }) =>
      this.#taken.has(kind),
    )
    if (known.length === 0) return undefined
    const seconds = known.reduce((sum, step) => {
      const begun = step === current?.step ? this.now() - current.begun : 0
      return sum + Math.max(0, this.#secondsOf(step) - begun)
    }, 0)
    return { seconds, atLeast: this.#left.some(({ kind }) => !this.#taken.has(kind)) }
  }

  #secondsOf({ kind, work }: Step): number {
    const taken = this.#taken.get(kind)
    return taken === undefined || taken.work === 0 ? 0 : (taken.seconds / taken.work) * work
  }

  #end(): void {
    if (this.#current === undefined) return
    const { step, begun } = this.#current
    const before = this.#taken.get(step.kind) ?? { work: 0, seconds: 0 }
    this.#taken.set(step.kind, {
      work: before.work + step.work,
      seconds: before.seconds + this.now() - begun,
    })
    this.#done++
    this.#current = undefined
  }
}

import type { Doubt } from '../doubt.js'

/** A doubt, or what results keep of one. */
type Told = Pick<Doubt, 'text'>

/** Collects doubts and tells each once, as soon as it is there. */
export class Doubts {
  readonly #told = new Set<string>()

  constructor(private readonly tell: (doubt: Told) => void = () => {}) {}

  /** @returns what was added, so that it can stay with what it is about */
  add<D extends Told>(doubts: readonly D[]): readonly D[] {
    for (const doubt of doubts) {
      if (this.#told.has(doubt.text)) continue
      this.#told.add(doubt.text)
      this.tell(doubt)
    }
    return doubts
  }

  /** All texts, for the warnings of a run's results. */
  get texts(): string[] {
    return [...this.#told]
  }
}

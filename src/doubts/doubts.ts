import type { Doubt } from '../doubt.js'

/** Collects doubts and tells each once, as soon as it is there. */
export class Doubts {
  readonly #told = new Map<string, Doubt>()

  constructor(private readonly tell: (doubt: Doubt) => void = () => {}) {}

  /** @returns what was added, so that it can stay with what it is about */
  add(doubts: readonly Doubt[]): readonly Doubt[] {
    for (const doubt of doubts) {
      if (this.#told.has(doubt.text)) continue
      this.#told.set(doubt.text, doubt)
      this.tell(doubt)
    }
    return doubts
  }

  /** All texts, for the warnings of a run's results. */
  get texts(): string[] {
    return [...this.#told.keys()]
  }
}

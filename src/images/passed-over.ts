import type { PassedOver } from '../bytes/folder-listing.js'

const NAMED = 5

/** Files that were passed over or left out: how many, the first names, and why. Memory does not grow with them. */
export class PassedOverFiles {
  #count = 0
  readonly #first: PassedOver[] = []
  readonly #reasons = new Map<string, number>()

  add({ name, reason }: PassedOver): void {
    this.#count++
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    if (this.#first.length < NAMED) this.#first.push({ name, reason })
  }

  /** Files that were found elsewhere, behind those that are here. */
  addAll({ count, first, reasons }: PassedOverFiles): void {
    this.#count += count
    for (const [reason, times] of reasons) this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + times)
    this.#first.push(...first.slice(0, NAMED - this.#first.length))
  }

  get count(): number {
    return this.#count
  }

  /** The first ones. */
  get first(): readonly PassedOver[] {
    return this.#first
  }

  /** How many for each reason. */
  get reasons(): ReadonlyMap<string, number> {
    return this.#reasons
  }

  /** `2 files passed over (1 hidden, 1 no image): .a, b.txt`; undefined where there are none. */
  describe(verb = 'passed over', noun = 'file'): string | undefined {
    if (this.#count === 0) return undefined
    const reasons = [...this.#reasons].map(([reason, count]) => `${count} ${reason}`).join(', ')
    const names = this.#first.map(({ name }) => name).join(', ')
    const more = this.#count > this.#first.length ? ', ..' : ''
    return `${this.#count} ${noun}${this.#count === 1 ? '' : 's'} ${verb} (${reasons}): ${names}${more}`
  }
}

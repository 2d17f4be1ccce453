/** Gives each image its number among its identity's images, in the order of asking: 0, 1, 2 .. */
export class ImageNumbers {
  readonly #counts = new Map<number, number>()

  next(identity: number): number {
    const number = this.#counts.get(identity) ?? 0
    this.#counts.set(identity, number + 1)
    return number
  }
}

/**
 * The results of jobs in their order, while up to `ahead` later ones are already under way.
 * @param jobs each begins when it is called; they are asked for one after another, as there is room
 */
export async function* lookAhead<T>(jobs: Iterable<() => Promise<T>>, ahead: number): AsyncGenerator<T> {
  const source = jobs[Symbol.iterator]()
  const queue: Promise<T>[] = []
  const refill = (): void => {
    while (queue.length < ahead) {
      const next = source.next()
      if (next.done === true) return
      const result = next.value()
      // The failure is met when its turn comes; until then it is no unhandled rejection.
      result.catch(() => {})
      queue.push(result)
    }
  }
  refill()
  for (let head = queue.shift(); head !== undefined; head = queue.shift()) {
    const result = await head
    refill()
    yield result
  }
}

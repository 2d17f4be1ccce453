import { availableParallelism } from 'node:os'

let most = Number.POSITIVE_INFINITY

/** Cores that work is spread over where nothing else is said: those of the machine, or what {@link useCores} left. */
export function cores(): number {
  return Math.min(most, availableParallelism())
}

/** From now on this process spreads work over so many cores at most: `--threads` of every command. */
export function useCores(count: number): void {
  most = count
}

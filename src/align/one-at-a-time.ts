/**
 * What threads must not do at the same time. The lock is a number that they share; a thread that waits for it sleeps,
 * with all that it does.
 */
export class OneAtATime {
  readonly #lock: Int32Array

  /** @param shared what all threads have */
  constructor(shared: SharedArrayBuffer) {
    this.#lock = new Int32Array(shared)
  }

  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  }

  /** Does the work, alone where it must be. */
  async take<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    if (!alone) return work()
    while (Atomics.compareExchange(this.#lock, 0, 0, 1) !== 0) Atomics.wait(this.#lock, 0, 1)
    try {
      return await work()
    } finally {
      Atomics.store(this.#lock, 0, 0)
      Atomics.notify(this.#lock, 0, 1)
    }
  }
}

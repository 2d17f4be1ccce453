import type { StateDict, StoredTensor } from './stored-tensor.js'
import { asTensor, type TorchValue } from './torch-pickle.js'
import { UnreadObject } from './unread-object.js'
import { tensorsOfNetwork } from './whole-network.js'

/** Something that a checkpoint keeps beside the weights and that was left unread: where, and the name of its class. */
export interface Unread {
  readonly place: string
  readonly name: string
}

const DEEPEST = 4
const MOST_UNREAD = 1000

/** The sets of named tensors in what a checkpoint holds, by place, and what was left unread beside them. */
export class NamedTensors {
  readonly stateDicts = new Map<string, StateDict>()
  readonly unread: Unread[] = []
  readonly #seen = new Set<TorchValue>()

  constructor(value: TorchValue) {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) this.#visit(item, String(i), 1)
    else this.#visit(value, '', 0)
  }

  #visit(value: TorchValue, place: string, depth: number): void {
    if (depth > DEEPEST || this.#seen.has(value)) return
    if (value instanceof Map) this.#dictionary(value, place, depth)
    else if (value instanceof UnreadObject) this.#object(value, place, depth)
    else if (Array.isArray(value))
      for (const item of value) if (item instanceof UnreadObject) this.#leave(item, place)
  }

  /** A dictionary whose keys are all names and that has tensors is a state dict; an optimiser's keys are numbers. */
  #dictionary(value: Map<TorchValue, TorchValue>, place: string, depth: number): void {
    this.#seen.add(value)
    const tensors = new Map<string, StoredTensor>()
    for (const [key, item] of value) {
      if (typeof key !== 'string') return
      const tensor = asTensor(item)
      if (tensor !== undefined) tensors.set(key, tensor)
      else this.#visit(item, place === '' ? key : `${place}.${key}`, depth + 1)
    }
    if (tensors.size > 0) this.stateDicts.set(place, tensors)
  }

  #object(object: UnreadObject, place: string, depth: number): void {
    this.#seen.add(object)
    const network = tensorsOfNetwork(object)
    if (network !== undefined) this.stateDicts.set(place, network)
    else if (object.items.size > 0)
      this.#dictionary(object.items as Map<TorchValue, TorchValue>, place, depth)
    else this.#leave(object, place)
  }

  #leave({ name }: UnreadObject, place: string): void {
    const known = this.unread.some((other) => other.place === place && other.name === name)
    if (!known && this.unread.length < MOST_UNREAD) this.unread.push({ place, name })
  }
}

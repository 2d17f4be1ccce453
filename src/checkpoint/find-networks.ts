import type { Checkpoint } from './checkpoint.js'
import type { StateDict } from './stored-tensor.js'

/** A network in a checkpoint. */
export interface FoundNetwork {
  /** where it stands: the checkpoint's keys that lead to it, and what its own keys begin with, as in 'state_dict.student' */
  readonly key: string
  /** the architecture that its keys tell */
  readonly architecture: string
  /** what wrapped it when it was saved and its keys begin with, as in 'features.module.'; it is taken off in `state` */
  readonly wrapper: string
  readonly state: StateDict
  /** the tensors in the same dictionary that lie outside the wrapper: a margin's weight, another network */
  readonly beside: StateDict
}

/**
 * Finds every network of the given architectures, behind whatever wrappers: wherever one of the keys that tell an
 * architecture ends a key, what stands before it is the wrapper. Cost: keys times telling keys.
 * @param signs by architecture, keys of which its checkpoints have one
 */
export function findNetworks(
  { stateDicts }: Pick<Checkpoint, 'stateDicts'>,
  signs: ReadonlyMap<string, readonly string[]>,
): FoundNetwork[] {
  const found = new Map<string, FoundNetwork>()
  for (const [place, state] of stateDicts) {
    const all = [...signs.values()].flatMap((keys) => [...wrappersOf(state, keys)])
    for (const [architecture, keys] of signs) {
      for (const wrapper of wrappersOf(state, keys)) {
        const key = [place, wrapper.replace(/\.$/, '')].filter((part) => part !== '').join('.')
        found.set(`${architecture} ${key}`, { key, architecture, ...split(state, wrapper, all) })
      }
    }
  }
  return [...found.values()]
}

function wrappersOf(state: StateDict, signs: readonly string[]): Set<string> {
  const wrappers = new Set<string>()
  for (const key of state.keys()) {
    for (const sign of signs) {
      if (key === sign) wrappers.add('')
      else if (key.endsWith(`.${sign}`)) wrappers.add(key.slice(0, -sign.length))
    }
  }
  return wrappers
}

/**
 * A dictionary's tensors as a network's, whose keys begin with `wrapper`, and those beside it.
 * @param wrappers of all networks in the dictionary: what a longer one wraps is another network's
 */
export function split(
  state: StateDict,
  wrapper: string,
  wrappers: readonly string[] = [],
): Pick<FoundNetwork, 'wrapper' | 'state' | 'beside'> {
  const inner = wrappers.filter((other) => other !== wrapper && other.startsWith(wrapper))
  const isOwn = (key: string) => key.startsWith(wrapper) && !inner.some((other) => key.startsWith(other))
  const own = [...state].filter(([key]) => isOwn(key))
  return {
    wrapper,
    state: new Map(own.map(([key, tensor]) => [key.slice(wrapper.length), tensor])),
    beside: new Map([...state].filter(([key]) => !isOwn(key))),
  }
}

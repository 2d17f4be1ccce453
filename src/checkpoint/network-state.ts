import { InputError } from '../errors.js'
import type { Checkpoint } from './checkpoint.js'
import type { StateDict } from './stored-tensor.js'

/** What wraps a network's keys: data parallelism, compilation, a training module. */
const WRAPPERS = ['module.', '_orig_mod.', 'features.module.', 'backbone.', 'model.']
/** The classifier of the training identities, which stands beside a wrapped network. */
const TRAINING_HEAD = /^(fc|head|classifier)\./

/** Keys without the prefixes of what wrapped the network when it was saved. */
export function withoutWrappers(state: StateDict): StateDict {
  const keys = [...state.keys()]
  for (const wrapper of WRAPPERS) {
    const inside = keys.filter((key) => key.startsWith(wrapper))
    const outside = keys.filter((key) => !key.startsWith(wrapper))
    if (inside.length === 0 || !outside.every((key) => TRAINING_HEAD.test(key))) continue
    const entries = [...state].filter(([key]) => key.startsWith(wrapper))
    return withoutWrappers(new Map(entries.map(([key, tensor]) => [key.slice(wrapper.length), tensor])))
  }
  return state
}

/**
 * The weights of the one network that is wanted, of all that a checkpoint holds.
 * @param place where it stands in the checkpoint; told by `fits` where it is left out. An averaged copy
 * (`model_ema`) is taken only when it is named or alone.
 * @throws InputError where none fits
 */
export function networkState(
  { path, stateDicts }: Checkpoint,
  place: string | undefined,
  fits: (state: StateDict) => boolean,
): { place: string; state: StateDict } {
  const all = [...stateDicts].map(([at, state]) => ({ place: at, state: withoutWrappers(state) }))
  const places = all.map((candidate) => `'${candidate.place}'`).join(', ')
  if (place !== undefined) {
    const named = all.find((candidate) => candidate.place === place)
    if (named !== undefined) return named
    throw new InputError(`holds no weights at '${place}'`, path, `they are at ${places}`)
  }
  const fitting = all.filter(({ state }) => fits(state))
  const chosen = fitting.find((candidate) => !candidate.place.includes('ema')) ?? fitting[0]
  if (chosen !== undefined) return chosen
  const first = [...(all[0]?.state.keys() ?? [])].slice(0, 3).join(', ')
  throw new InputError(
    `no known network: its keys are ${first}, ..`,
    path,
    'name the architecture with --as; known are vec2face, iresnet, sixdrepnet, inception',
  )
}

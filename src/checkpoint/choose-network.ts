import { InputError } from '../errors.js'
import type { Checkpoint } from './checkpoint.js'
import { type FoundNetwork, findNetworks, split } from './find-networks.js'

/** Tensors that the smallest network has at least. */
const FEWEST_TENSORS = 6

/** The network that is wanted, and those that were passed over because they are averaged copies. */
export interface ChosenNetwork extends FoundNetwork {
  readonly averagedCopies: readonly string[]
}

/** What is known of the network that is wanted. */
export interface Wish {
  /** where it stands; see {@link FoundNetwork.key} */
  readonly key?: string | undefined
  /** its architecture, where it isn't to be told from the keys */
  readonly architecture?: string | undefined
}

/**
 * The one network that is wanted. An averaged copy (`model_ema`) is taken only where it is named or alone; between others
 * nothing is guessed, whatever their order.
 * @param signs by architecture, keys of which its checkpoints have one
 * @throws InputError where there is none, or several, with where they are
 */
export function chooseNetwork(
  checkpoint: Checkpoint,
  signs: ReadonlyMap<string, readonly string[]>,
  { key, architecture }: Wish,
): ChosenNetwork {
  const wanted = architecture === undefined ? signs : new Map([[architecture, signs.get(architecture) ?? []]])
  const found = withoutStrays(findNetworks(checkpoint, wanted))
  const candidates =
    found.length === 0 && architecture !== undefined ? unrecognised(checkpoint, architecture) : found
  const named = key === undefined ? candidates : atKey(candidates, key)
  if (named.length === 0) throw nothingThere(checkpoint, candidates, key, [...signs.keys()])
  const originals = named.filter((network) => !isAveraged(network.key))
  const [chosen, ...others] = originals.length > 0 ? originals : named
  if (others.length > 0) throw ambiguous(checkpoint.path, [chosen, ...others])
  return {
    ...chosen,
    averagedCopies: named.filter((network) => network !== chosen).map((network) => network.key),
  }
}

/** A single tensor of a telling name is no network where there is a whole one; it then lies beside that. */
function withoutStrays(networks: readonly FoundNetwork[]): readonly FoundNetwork[] {
  const whole = networks.filter(({ state }) => state.size >= FEWEST_TENSORS)
  return whole.length > 0 ? whole : networks
}

/** Where the architecture is said and nothing tells it, what misses then says more than a refusal. */
function unrecognised({ stateDicts }: Checkpoint, architecture: string): FoundNetwork[] {
  return [...stateDicts].map(([place, state]) => ({ key: place, architecture, ...split(state, '') }))
}

/** Those at a key, or below it. */
function atKey(networks: readonly FoundNetwork[], key: string): FoundNetwork[] {
  const wanted = key.replace(/\.$/, '')
  const exact = networks.filter((network) => network.key === wanted)
  return exact.length > 0 ? exact : networks.filter((network) => network.key.startsWith(`${wanted}.`))
}

/** Whether 'ema' is one of the words of a key: 'model_ema', 'netEMA', not 'cinema_net'. */
function isAveraged(key: string): boolean {
  return key.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).some((word) => word.toLowerCase() === 'ema')
}

function show({ key, architecture }: FoundNetwork): string {
  return `'${key}' (${architecture})`
}

function ambiguous(path: string, networks: readonly FoundNetwork[]): InputError {
  const kinds = new Set(networks.map(({ architecture }) => architecture))
  const keys = [...new Set(networks.map(({ key }) => `--key ${key === '' ? "''" : key}`))]
  const flags = keys.length === 1 ? [...kinds].map((kind) => `--as ${kind}`) : keys
  return new InputError(
    `holds ${networks.length} networks: ${networks.map(show).sort().join(', ')}`,
    path,
    `say which one is meant: ${flags.sort().join(' or ')} (--place is the same as --key)`,
  )
}

function nothingThere(
  { path, stateDicts }: Checkpoint,
  networks: readonly FoundNetwork[],
  key: string | undefined,
  known: readonly string[],
): InputError {
  const places = [...stateDicts.keys()].map((place) => `'${place}'`).join(', ')
  if (key !== undefined && !stateDicts.has(key)) {
    const at = networks.length > 0 ? networks.map(({ key: other }) => `'${other}'`).join(', ') : places
    return new InputError(`holds no weights at '${key}'`, path, `they are at ${at}`)
  }
  const state = (key === undefined ? undefined : stateDicts.get(key)) ?? [...stateDicts.values()][0]
  const first = [...(state?.keys() ?? [])].slice(0, 3).join(', ')
  return new InputError(
    `no known network${key === undefined ? '' : ` at '${key}'`}: its keys are ${first}, ..`,
    path,
    (state?.size ?? 0) < FEWEST_TENSORS
      ? `no network has so few tensors: name the checkpoint of one (${known.join(', ')})`
      : `name the architecture with --as; known are ${known.join(', ')}`,
  )
}

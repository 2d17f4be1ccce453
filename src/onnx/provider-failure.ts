import { InputError, type Way } from '../errors.js'
import type { Provider } from './providers.js'

/** Where every network runs. */
export const ON_THE_PROCESSOR: Way = { flag: '--provider', text: 'use --provider cpu' }

/** What went wrong, and what a user can do about it. */
export interface Failure {
  readonly what: string
  readonly ways: readonly Way[]
  /** a smaller batch may do */
  readonly outOfMemory?: true
}

/** A message of onnxruntime or of a driver, and what it says to a user. */
interface Pattern {
  readonly text: RegExp
  readonly failure: (match: RegExpExecArray, provider: Provider) => Failure
}

const OUT_OF_MEMORY = [
  // onnxruntime's own allocator, on the processor and on CUDA (bfc_arena.cc, two wordings)
  /Failed to allocate memory for requested buffer of size (?<bytes>\d+)/,
  /BFC Arena ran out of memory trying to allocate (?<bytes>\d+)/,
  // cuda_call.cc: what cudaMalloc and the libraries beside it answer
  /CUDA failure 2: out of memory/,
  /CU(?:BLAS|DNN)_STATUS_ALLOC_FAILED/,
  // webgpu_context.cc
  /WebGPU device error\(\d+\): Out of memory/i,
]

const PATTERNS: readonly Pattern[] = [
  ...OUT_OF_MEMORY.map((text) => ({
    text,
    failure: ({ groups }: RegExpExecArray, provider: Provider): Failure => ({
      what: `${provider === 'cpu' ? 'the memory' : "the GPU's memory"} is too small${
        groups?.bytes === undefined ? '' : `: no ${sizeOf(Number(groups.bytes))} in one piece are left`
      }`,
      ways: [
        { flag: '--batch', text: 'use a smaller --batch' },
        provider === 'cpu'
          ? 'end what else needs memory'
          : "end what else uses the GPU ('nvidia-smi' lists it)",
      ],
      outOfMemory: true,
    }),
  })),
  {
    // Its 'GPU=' is the device at hand, not the one that was asked for.
    text: /CUDA failure 101: invalid device ordinal/,
    failure: () => ({
      what: 'there is no GPU of that number',
      ways: [
        "'nvidia-smi -L' lists those that are there, from 0; CUDA_VISIBLE_DEVICES hides some and counts the rest anew",
      ],
    }),
  },
  {
    text: /Could not find an implementation for (?<operator>[\w.:]+)\((?<version>-?\d+)\) node with name '(?<node>[^']*)'/,
    failure: ({ groups }, provider) => missing(groups, provider),
  },
  {
    text: /Failed to find kernel for (?<operator>[\w.:]+)\((?<version>-?\d+)\) \(node:'(?<node>[^']*)'/,
    failure: ({ groups }, provider) => missing(groups, provider),
  },
  {
    text: /(?<operator>[\w.:]+)\((?<version>-?\d+)\) is not a registered function\/op/,
    failure: ({ groups }) => ({
      what: `the operator ${groups?.operator} is unknown to onnxruntime`,
      ways: ['export the network with standard operators'],
    }),
  },
  {
    text: /CUDA failure (?:46|700|719|999): (?<reason>[^;]+)|WebGPU device lost/,
    failure: ({ groups }) => ({
      what: `the GPU went away${groups?.reason === undefined ? '' : ` (${groups.reason.trim()})`}`,
      ways: ["look at 'nvidia-smi' and the system's log, then run the same command again"],
    }),
  },
]

function missing(groups: Record<string, string> | undefined, provider: Provider): Failure {
  return {
    what: `'${provider}' has no operator ${groups?.operator} of version ${groups?.version} for the types of node '${groups?.node}'`,
    ways: [...(provider === 'cpu' ? [] : [ON_THE_PROCESSOR]), 'export the network otherwise'],
  }
}

function sizeOf(bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
}

/** What a message of onnxruntime says; undefined where it is none of those that have a remedy of their own. */
export function failureOf(message: string, provider: Provider): Failure | undefined {
  for (const { text, failure } of PATTERNS) {
    const match = text.exec(message)
    if (match !== null) return failure(match, provider)
  }
  return undefined
}

/** The most rows that can be had by halving, where `rows` are too many; undefined where not even one can. */
export async function fittingRows(
  rows: number,
  fits: (rows: number) => Promise<boolean>,
): Promise<number | undefined> {
  for (let tried = Math.floor(rows / 2); tried >= 1; tried = Math.floor(tried / 2))
    if (await fits(tried)) return tried
  return undefined
}

/** The error of a batch for which there is no memory. @param fitting the batch for which there is some, where one was found */
export function batchError(
  { what, ways }: Failure,
  rows: number,
  fitting: number | undefined,
  where: string,
  cause: unknown,
): InputError {
  return new InputError(
    `a batch of ${rows} failed: ${what}`,
    where,
    fitting === undefined
      ? ways
      : [
          { flag: '--batch', text: `a batch of ${fitting} was tried and fits: use --batch ${fitting}` },
          ...ways.slice(1),
        ],
    { cause },
  )
}

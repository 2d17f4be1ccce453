import { InputError, type Way } from '../errors.js'
import type { Provider } from './providers.js'

/** Where every network runs. */
export const ON_THE_PROCESSOR: Way = { flag: '--provider', text: 'use --provider cpu' }

/** What went wrong, and what a user can do about it beside a smaller batch. */
export interface Failure {
  readonly what: string
  readonly ways: readonly Way[]
  /** whether a smaller batch will do, or may: libraries of a GPU that had no room for their work don't always say so */
  readonly memory?: 'too small' | 'perhaps too small'
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
  // cuda_call.cc: what cudaMalloc and the libraries beside it answer; cuDNN 9 has the last two
  /CUDA failure 2: out of memory/,
  /CUDA error cudaErrorMemoryAllocation/,
  /CU(?:BLAS|DNN)_STATUS_ALLOC_FAILED/,
  /CUDNN_STATUS_INTERNAL_ERROR_(?:HOST|DEVICE)_ALLOCATION_FAILED/,
  // the system's, where onnxruntime keeps no memory
  /std::bad_alloc|bad allocation/,
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
      ways:
        provider === 'cpu'
          ? ['end what else needs memory']
          : ["end what else uses the GPU ('nvidia-smi' lists it)", ON_THE_PROCESSOR],
      memory: 'too small',
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
    // By the numbers of CUDA's runtime: busy or gone, broken memory or links, a kernel that hung or went astray, unknown.
    text: /CUDA failure (?:46|214|220|700|702|709|714|719|999): (?<reason>[^;]+)|CUDA error cudaError(?:DevicesUnavailable|ECCUncorrectable|NvlinkUncorrectable|IllegalAddress|LaunchTimeout|ContextIsDestroyed|HardwareStackError|LaunchFailure|Unknown):(?<said>[^;]+)|WebGPU device lost/,
    failure: ({ groups }) => ({
      what: `the GPU went away${reasonIn(groups?.reason ?? groups?.said)}`,
      ways: ["look at 'nvidia-smi' and the system's log, then run the same command again"],
    }),
  },
  {
    text: /CUDA failure 209: |cudaErrorNoKernelImageForDevice|no kernel image is available/,
    failure: () => ({
      what: "this build of onnxruntime, or of cuDNN, has no code for this GPU's generation",
      ways: [ON_THE_PROCESSOR, 'install another version of CUDA and cuDNN'],
    }),
  },
  {
    text: /(?<library>CUDNN(?:_FE)?|CUBLAS) failure -?\d+: (?<reason>\w+)|CUDNN error executing/,
    failure: ({ groups }) => ({
      what: `a library of the GPU failed${reasonIn(groups && `${groups.library}: ${groups.reason}`)}`,
      ways: ["check with 'doctor' which CUDA and cuDNN are loaded", ON_THE_PROCESSOR],
      memory: 'perhaps too small',
    }),
  },
]

const reasonIn = (reason: string | undefined): string => (reason === undefined ? '' : ` (${reason.trim()})`)

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

/** How a batch is made smaller, where nothing else is said. */
export const SMALLER_BATCH: Way = { flag: '--batch', text: 'use a smaller --batch' }

/** A batch that failed. */
export interface FailedBatch {
  /** undefined where what went in is no batch alone: weights, say, that are trained */
  readonly rows: number | undefined
  /** a batch that was tried and runs, where one was found */
  readonly fitting: number | undefined
  /** how a user makes it smaller */
  readonly smaller: Way
}

export function batchError(
  { what, ways, memory }: Failure,
  { rows, fitting, smaller }: FailedBatch,
  where: string,
  cause: unknown,
): InputError {
  if (fitting === undefined && memory === 'perhaps too small')
    return new InputError(what, where, ways, { cause })
  const way =
    fitting === undefined
      ? smaller
      : { flag: '--batch', text: `a batch of ${fitting} was tried and fits: use --batch ${fitting}` }
  return new InputError(
    rows === undefined ? what : `a batch of ${rows} failed: ${what}`,
    where,
    [way, ...ways],
    {
      cause,
    },
  )
}

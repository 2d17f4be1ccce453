import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { MOST_TIMES } from '../limits.js'
import type { RecordedSession } from '../models/session.js'
import { PROVIDERS, type Provider } from '../onnx/providers.js'

const MOST_LISTED = 1000

/** Parses a whole number within bounds. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(
        `a whole number of ${max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`} is needed.`,
      )
    }
    return value
  }
}

/** Parses a number within bounds. */
export function realNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new InvalidArgumentError(`a number${withinBounds(min, max)} is needed.`)
    }
    return value
  }
}

function withinBounds(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === Number.NEGATIVE_INFINITY ? '' : ` of at least ${min}`
  return min === Number.NEGATIVE_INFINITY ? ` of at most ${max}` : ` from ${min} to ${max}`
}

/** Parses whole numbers, each once: `1,2,5`, `1-6`, `1-3,9`. At most a thousand. */
export function numberList(text: string): number[] {
  const numbers = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? []
    const count = Number(last) - Number(first) + 1
    if (!(count >= 1 && count <= MOST_LISTED))
      throw new InvalidArgumentError('whole numbers are needed, as in 1,2,5 or 1-6.')
    return Array.from({ length: count }, (_, i) => Number(first) + i)
  })
  if (numbers.length > MOST_LISTED) throw new InvalidArgumentError(`at most ${MOST_LISTED} numbers, please.`)
  if (new Set(numbers).size < numbers.length) throw new InvalidArgumentError('a number is named twice.')
  return numbers
}

/** Parses three numbers: `0.5,0.5,0.5`. */
export function threeNumbers(text: string): [number, number, number] {
  const values = text.split(',').map(Number)
  if (values.length !== 3 || !values.every(Number.isFinite)) {
    throw new InvalidArgumentError('three numbers are needed, as in 0.5,0.5,0.5.')
  }
  return [values[0], values[1], values[2]]
}

/** Parses three numbers to divide by. */
export function threePositiveNumbers(text: string): [number, number, number] {
  const values = threeNumbers(text)
  if (!values.every((value) => value > 0)) {
    throw new InvalidArgumentError('every one of the three numbers must be above 0.')
  }
  return values
}

/** Adds one more value to a flag that may be given several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value]
}

export const providerOption = (): Option =>
  new Option(
    '--provider <name>',
    "where networks run; first this flag, then the environment, then 'provider:' of the paths file",
  )
    .choices([...PROVIDERS])
    .env('VEC2FACE_BENCH_PROVIDER')
    .default('cpu')

/** @param what the GPUs are for */
export const devicesOption = (what = 'GPUs that the images are made on'): Option =>
  new Option(
    '--devices <list>',
    `${what}, by number, as in 0,1 (with --provider cuda; default: the first)`,
  ).argParser(parseDevices)

function parseDevices(text: string): number[] {
  const devices = numberList(text)
  if (devices.some((device) => device > 255))
    throw new InvalidArgumentError('devices are numbered from 0 to 255.')
  return devices
}

export const threadsOption = (): Option =>
  new Option('--threads <n>', 'cores that are used (default: all)').argParser(wholeNumber(1, 1024))

export const batchOption = (): Option =>
  new Option('--batch <n>', 'images a call').argParser(wholeNumber(1, 4096))

export const jsonOption = (): Option => new Option('--json', 'print JSON')

export const limitsOption = (): Option =>
  new Option('--limits <times>', 'let files take so many times what they may take of memory (default: 1)')
    .argParser(realNumber(1, MOST_TIMES))
    .env('VEC2FACE_BENCH_LIMITS')

export const quietOption = (): Option => new Option('--quiet', 'no progress')

/** How networks are run, as flags say. */
export interface NetworkFlags {
  readonly provider: Provider
  readonly threads?: number
}

/** The same as a session is opened with. */
export function sessionOf({ provider, threads }: NetworkFlags): RecordedSession {
  return { provider, threads: threads ?? availableParallelism() }
}

export const cacheOption = (): Option =>
  new Option('--cache <folder>', 'where features and made test sets are kept')
    .env('VEC2FACE_BENCH_CACHE')
    .default(defaultCache())

export function defaultCache(): string {
  // As the specification of XDG_CACHE_HOME has it, one that is empty counts as none.
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vec2face-bench')
}

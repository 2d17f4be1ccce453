/**
 * Renders a training dataset of the demo world.
 *
 *     npx tsc -p tsconfig.bench.json && node build/training/render.js --identities N --images K --out PATH
 */
import { parseArgs } from 'node:util'
import { DATASET_FORMATS } from '../src/datasets/formats.js'
import { TRAINING_IDENTITIES } from '../src/demo/identity.js'
import { InputError } from '../src/errors.js'
import { type RenderedDataset, renderDataset } from './render-dataset.js'

const USAGE =
  'node build/training/render.js --identities N --images K --out PATH [--format folder] [--seed 1] [--first-identity 0] [--largest-yaw 90] [--turned-from 0] [--least-clarity 0] [--threads T]'

function number(name: string, text: string | undefined, least: number, most: number): number {
  const value = Number(text)
  if (text === undefined || !(value >= least && value <= most))
    throw new InputError(`a number from ${least} to ${most} was expected, not ${text}`, `--${name}`, USAGE)
  return value
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number {
  const value = number(name, text, least, most)
  if (Number.isInteger(value)) return value
  throw new InputError(`a whole number was expected, not ${text}`, `--${name}`, USAGE)
}

function readOptions(args: readonly string[]): RenderedDataset {
  const { values } = parseArgs({
    args: [...args],
    options: {
      identities: { type: 'string' },
      images: { type: 'string' },
      seed: { type: 'string', default: '1' },
      'first-identity': { type: 'string', default: '0' },
      'largest-yaw': { type: 'string', default: '90' },
      'turned-from': { type: 'string', default: '0' },
      'least-clarity': { type: 'string', default: '0' },
      format: { type: 'string', default: 'folder' },
      threads: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const identities = wholeNumber('identities', values.identities, 1, TRAINING_IDENTITIES)
  const format = DATASET_FORMATS.find((id) => id === values.format)
  if (format === undefined)
    throw new InputError(`no form '${values.format}'`, '--format', `choose of ${DATASET_FORMATS.join(', ')}`)
  if (values.out === undefined) throw new InputError('a path is needed', '--out', USAGE)
  const last = TRAINING_IDENTITIES - identities
  return {
    identities,
    images: wholeNumber('images', values.images, 1, 1e6),
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    firstIdentity: wholeNumber('first-identity', values['first-identity'], 0, last),
    largestYaw: number('largest-yaw', values['largest-yaw'], 1, 90),
    turnedFrom: number('turned-from', values['turned-from'], 0, 75),
    leastClarity: number('least-clarity', values['least-clarity'], 0, 0.9),
    format,
    path: values.out,
    threads: values.threads === undefined ? undefined : wholeNumber('threads', values.threads, 1, 64),
  }
}

try {
  await renderDataset(readOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

/**
 * Writes rendered faces for the training scripts, as NumPy files.
 *
 *     npx tsc -p tsconfig.bench.json && node build/training/dump.js --identities N --images K --out DIR
 */
import { parseArgs } from 'node:util'
import { TRAINING_IDENTITIES } from '../src/demo/identity.js'
import { ATTRIBUTE_PRESETS } from '../src/demo/sampling.js'
import { InputError } from '../src/errors.js'
import { type DumpOptions, dumpTrainingImages } from './training-dump.js'

const USAGE =
  'node build/training/dump.js --identities N --images K --out DIR [--seed 1] [--first-identity 0] [--preset train] [--threads T]'

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number {
  const value = Number(text)
  if (text === undefined || !Number.isInteger(value) || value < least || value > most)
    throw new InputError(
      `a whole number from ${least} to ${most} was expected, not ${text}`,
      `--${name}`,
      USAGE,
    )
  return value
}

function readOptions(args: readonly string[]): DumpOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      identities: { type: 'string' },
      images: { type: 'string' },
      seed: { type: 'string', default: '1' },
      'first-identity': { type: 'string', default: '0' },
      preset: { type: 'string', default: 'train' },
      threads: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const identities = wholeNumber('identities', values.identities, 1, TRAINING_IDENTITIES)
  const preset = ATTRIBUTE_PRESETS.find((name) => name === values.preset)
  if (preset === undefined)
    throw new InputError(
      `no preset '${values.preset}'`,
      '--preset',
      `choose one of ${ATTRIBUTE_PRESETS.join(', ')}`,
    )
  if (values.out === undefined) throw new InputError('a folder is needed', '--out', USAGE)
  return {
    identities,
    images: wholeNumber('images', values.images, 1, 1e6),
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    firstIdentity: wholeNumber(
      'first-identity',
      values['first-identity'],
      0,
      TRAINING_IDENTITIES - identities,
    ),
    preset,
    folder: values.out,
    threads: values.threads === undefined ? undefined : wholeNumber('threads', values.threads, 1, 64),
  }
}

try {
  await dumpTrainingImages(readOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

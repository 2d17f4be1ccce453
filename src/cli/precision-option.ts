import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import { HALF_TYPES, type HalfType } from '../onnx/half/half-operators.js'
import { defaultCache } from './options.js'
import { log } from './output.js'

const PRECISIONS = ['float32', ...HALF_TYPES] as const
type Precision = (typeof PRECISIONS)[number]

/** Says what the networks of a command compute in; see {@link usePrecision}. */
class PrecisionOption extends Option {
  constructor() {
    super('--precision <type>', 'what the networks of --model compute in')
    this.choices([...PRECISIONS]).default('float32')
  }
}

/** Adds `--precision` to a command that runs networks which `--model` names. */
export function addPrecision(command: Command): void {
  const has = (flag: string): boolean => command.options.some(({ long }) => long === flag)
  if (has('--model') && has('--provider') && !has('--precision')) command.addOption(new PrecisionOption())
}

/** @returns the path of the model in half precision, which is made once and kept in the cache */
async function inPrecision(path: string, precision: HalfType, cache: string): Promise<string> {
  const { keptConversion } = await import('../models/kept-conversion.js')
  const { path: converted, difference } = await keptConversion(path, precision, join(cache, 'converted'))
  const differs =
    difference === undefined
      ? ''
      : `; on made inputs its outputs differ by up to ${difference.largest.toExponential(1)} of the largest`
  log(`${path} in ${precision}: ${converted}${differs}`)
  return converted
}

/**
 * Puts the converted models in the place of those that `--model` named, before the command begins: whatever keeps or tells
 * what a model is then tells them apart.
 * @throws InputError where no model was named
 */
export async function usePrecision(command: Command): Promise<void> {
  if (!command.options.some((option) => option instanceof PrecisionOption)) return
  const precision: Precision = command.getOptionValue('precision')
  if (precision === 'float32') return
  const models: unknown = command.getOptionValue('model')
  if (models === undefined) throw new InputError('no model is named', '--precision', 'name one with --model')
  const cache: string = command.getOptionValue('cache') || defaultCache()
  const convert = (path: unknown) => inPrecision(String(path), precision, cache)
  if (!Array.isArray(models)) {
    command.setOptionValue('model', await convert(models))
    return
  }
  const converted: string[] = []
  for (const path of models) converted.push(await convert(path))
  command.setOptionValue('model', converted)
}

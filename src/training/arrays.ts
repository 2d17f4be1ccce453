import type { Parameters } from './parameters.js'

/** All arrays of parameters by name, those that the optimiser keeps among them. @param prefix of the names */
export function arraysOfParameters(
  { trained, others }: Pick<Parameters, 'trained' | 'others'>,
  prefix = '',
): Map<string, Float32Array> {
  const arrays = new Map<string, Float32Array>()
  for (const { name, values, state } of trained) {
    arrays.set(`${prefix}${name}`, values)
    for (const [i, kept] of state.entries()) arrays.set(`${prefix}${name} state ${i}`, kept)
  }
  for (const [name, values] of others) arrays.set(`${prefix}${name}`, values)
  return arrays
}

/** The name of the first array with a number that isn't finite; undefined where all are. */
export function notFinite(arrays: ReadonlyMap<string, Float32Array>): string | undefined {
  for (const [name, array] of arrays)
    for (let i = 0; i < array.length; i++) if (!Number.isFinite(array[i])) return name
  return undefined
}

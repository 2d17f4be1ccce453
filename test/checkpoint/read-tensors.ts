import { openCheckpoint } from '../../src/checkpoint/checkpoint.js'

/** The tensors of a state dict, the first by default, as lists of numbers. */
export function tensors(
  path: string,
  place = '',
): Record<string, { type: string; shape: readonly number[]; values: number[] }> {
  const checkpoint = openCheckpoint(path)
  const state = checkpoint.stateDicts.get(place) ?? new Map()
  const found = Object.fromEntries(
    [...state].map(([name, t]) => [name, { type: t.type, shape: t.shape, values: [...t.readFloat32()] }]),
  )
  checkpoint.close()
  return found
}

import { open } from 'node:fs/promises'
import { asInputError, InputError } from '../../errors.js'

const LINE = /^(\d+)\t(\d+)$/

/**
 * Reads `train.idx`: the position in `train.rec` of each record by its number, -1 where a number is left out.
 * Memory: 8 bytes a record. @throws InputError
 */
export async function readIndex(path: string): Promise<Float64Array> {
  let positions = new Float64Array(1024).fill(-1)
  let lines = 0
  let end = 0
  try {
    const file = await open(path, 'r')
    for await (const line of file.readLines()) {
      if (line === '') continue
      lines++
      const match = LINE.exec(line)
      const number = Number(match?.[1])
      const position = Number(match?.[2])
      // Numbers run without great gaps: without this bound one line could ask for all memory.
      if (match === null || number > 4 * lines + 2 ** 20 || !Number.isSafeInteger(position)) {
        throw new InputError(`line ${lines} is not 'record number, tab, position'`, path, 'copy it again')
      }
      if (number >= positions.length) {
        const grown = new Float64Array(Math.max(2 * positions.length, number + 1)).fill(-1)
        grown.set(positions)
        positions = grown
      }
      positions[number] = position
      end = Math.max(end, number + 1)
    }
  } catch (error) {
    throw asInputError(error, path)
  }
  return positions.subarray(0, end)
}

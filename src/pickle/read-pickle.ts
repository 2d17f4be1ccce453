import type { ByteSource } from '../bytes/byte-source.js'
import { PickleMachine, type PickleOptions } from './machine.js'
import { OPCODES } from './opcodes.js'
import type { PickleValue } from './values.js'

export type { PickleOptions } from './machine.js'

/**
 * Reads a pickle and yields data and nothing else. It knows the opcodes of protocols 0 to 5; no name in a
 * pickle is imported and nothing is called. What a pickle wants done with a class or function is put to the
 * caller's hooks, which see its name as text; where there is no hook, or a hook gives `undefined`, the pickle is
 * refused with an InputError that names the opcode and the global.
 *
 * Memory is bounded: every length is checked against what is left of the source, byte strings stay where they
 * lie ({@link PickleBytes}), and the number of values is limited. Values that a pickle refers to twice are
 * shared, also in cycles: whoever walks them recursively must bound the depth and the number of visits.
 *
 * @example
 * // (list of encoded images, list of booleans), the images left in the file
 * const source = new FileSource('lfw.bin')
 * const { value } = readPickle(source, { pythonStrings: 'bytes' })
 * const [images, same] = value as [PickleBytes[], boolean[]]
 * images[0].read()
 *
 * @example
 * // Python 3 writes bytes in protocols 0 to 2 as a call of _codecs.encode
 * readPickle(source, {
 *   global: ({ name }) => name === '_codecs.encode',
 *   reduce: ({ name }, [text]) => name === '_codecs.encode' ? Buffer.from(String(text), 'latin1') : undefined,
 * })
 *
 * @returns the value, and the position behind the pickle's last byte. @throws InputError
 */
export function readPickle<T extends object = never>(
  source: ByteSource,
  options: PickleOptions<T> = {},
): { value: PickleValue<T>; end: number } {
  const machine = new PickleMachine<T>(source, options)
  return { value: machine.run(OPCODES), end: machine.cursor.position }
}

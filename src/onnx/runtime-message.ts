import { reasonOf } from '../errors.js'

/**
 * Where in its sources onnxruntime noticed, and the function's name there: on Linux with the types of its arguments, on Windows
 * alone. Two of them, one in the other, are longer than what is told of a message.
 */
const POSITIONS = [
  /\/[^\s;]*\.(?:cc|cu|cuh|h|hpp|cpp):\d+ [^()\n]*\([^()\n]*\)(?: const)?(?: \[with [^\]\n]*\])? ?/g,
  /[A-Za-z]:\\[^\s;]*\.(?:cc|cu|cuh|h|hpp|cpp):\d+ \S+ ?/g,
]

/** All that onnxruntime says of an error, in one line, without where in its sources it noticed. */
export function runtimeMessage(error: unknown): string {
  const whole = error instanceof Error ? error.message : String(error)
  const said = POSITIONS.reduce((text, position) => text.replaceAll(position, ''), whole)
  return said.replace(/\s+/g, ' ').trim()
}

/** {@link runtimeMessage}, short enough to be told. */
export function runtimeReason(error: unknown): string {
  return reasonOf(runtimeMessage(error).replace(/^.{0,200}? was false\. /, ''))
}

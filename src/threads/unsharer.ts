type Numbers = Uint8Array | Int8Array | Float32Array

/**
 * Copies numbers out of memory that threads share, which onnxruntime does not take, into memory that is kept for the next;
 * what is not shared stays where it is.
 * @param make memory of the numbers' own type
 */
export function unsharer<T extends Numbers>(make: (length: number) => T): (numbers: Numbers) => T {
  let room = make(0)
  return (numbers) => {
    if (!(numbers.buffer instanceof SharedArrayBuffer)) return numbers as T
    if (room.length < numbers.length) room = make(numbers.length)
    room.set(numbers)
    return room.subarray(0, numbers.length) as T
  }
}

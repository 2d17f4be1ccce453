import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { asInputError } from '../errors.js'

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** SHA-256 of a file's content, read as a stream. @throws InputError where it can't be read */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  } catch (error) {
    throw asInputError(error, path)
  }
  return hash.digest('hex')
}

import { VectorFile } from '../../generate/vector-file.js'

/** Vectors of a file one after another, and their SHA-256. Memory: the whole file. @throws InputError */
export async function readFreeVectors(
  path: string,
  width: number,
): Promise<{ vectors: Float32Array; sha256: string }> {
  const file = await VectorFile.open(path)
  try {
    file.requireWidth(width)
    return { vectors: await file.read(0, file.rows), sha256: await file.fingerprint(file.rows) }
  } finally {
    await file.close()
  }
}

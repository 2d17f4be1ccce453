import type { DatasetFormatDeclaration } from '../dataset-format.js'
import { isLmdb } from './meta.js'
import { LmdbReader } from './reader.js'
import { LmdbWriter } from './writer.js'

export const lmdb: DatasetFormatDeclaration<'lmdb'> = {
  id: 'lmdb',
  hint: 'an LMDB file',
  // A file that LMDB has not finished begins with zeros: its reader says so.
  recognise: (head, path) => isLmdb(head) || path.endsWith('.lmdb'),
  inFolder: (names) =>
    names.filter((name) => name === 'data.mdb' || name.endsWith('.lmdb')).map((name) => [name]),
  open: (_, [file]) => LmdbReader.open(file),
  // Training code knows an LMDB by its ending.
  outputName: 'dataset.lmdb',
  create: (path) => LmdbWriter.create(path),
}

import type { DatasetFormatDeclaration } from '../dataset-format.js'
import { isRecordIo } from './framing.js'
import { RecordIoReader } from './reader.js'
import { RecordIoWriter } from './writer.js'

export const recordio: DatasetFormatDeclaration<'recordio'> = {
  id: 'recordio',
  hint: 'a train.rec',
  recognise: isRecordIo,
  inFolder: (names) => names.filter((name) => name.endsWith('.rec')).map((name) => [name]),
  open: (_, [file]) => RecordIoReader.open(file),
  outputName: 'recordio',
  create: (path) => RecordIoWriter.create(path),
}

import type { DatasetFormatDeclaration } from '../dataset-format.js'
import { WebDatasetReader } from './reader.js'
import { WebDatasetWriter } from './writer.js'

export const webdataset: DatasetFormatDeclaration<'webdataset'> = {
  id: 'webdataset',
  hint: '.tar shards',
  recognise: (head) => head.length === 512 && head.toString('latin1', 257, 262) === 'ustar',
  inFolder(names) {
    const shards = names.filter((name) => name.endsWith('.tar'))
    return shards.length === 0 ? [] : [shards]
  },
  open: async (path, files, { imageField }) => new WebDatasetReader(path, files, imageField),
  outputName: 'webdataset',
  create: (path) => WebDatasetWriter.create(path),
}

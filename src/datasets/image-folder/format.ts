import type { DatasetFormatDeclaration } from '../dataset-format.js'
import { ImageFolderReader } from './reader.js'
import { ImageFolderWriter } from './writer.js'

/** Not told by names or content: what is in a folder where no other form is. */
export const folder: DatasetFormatDeclaration<'folder'> = {
  id: 'folder',
  hint: 'a folder of folders of images',
  recognise: () => false,
  inFolder: () => [],
  open: (path) => ImageFolderReader.open(path),
  outputName: 'folder',
  create: (path) => ImageFolderWriter.create(path),
}

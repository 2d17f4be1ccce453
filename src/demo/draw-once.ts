import { type Progress, silent } from '../progress.js'
import { cachedFolder, type FolderParameters } from './test-sets/folder-cache.js'

/** What is drawn on first use, and where it is kept. */
export interface Drawing {
  /** what it is called */
  readonly id: string
  readonly images: number
  readonly folder: string
  /** all that decides what is in it */
  readonly parameters: FolderParameters
}

/**
 * Draws a folder where it is not there yet, or waits for the process that does, with progress.
 * @param draw fills the folder that it is given, and says how far it is @throws InputError
 */
export async function drawOnce(
  { id, images, folder, parameters }: Drawing,
  draw: (folder: string, progress: Progress) => Promise<void>,
  progress: Progress = silent,
): Promise<void> {
  const begin = (what: string): void => progress.start(what, images, 'images')
  try {
    await cachedFolder(
      folder,
      parameters,
      (unfinished) => {
        begin(`drawing ${id}`)
        return draw(unfinished, progress)
      },
      () => begin(`waiting for another process, which draws ${id}`),
    )
  } finally {
    progress.stop()
  }
}

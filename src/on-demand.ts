import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * A library that is loaded when it is first called for, not as the program starts: those for images, queues and networks take
 * longer to load than many a command that has no use for them takes in all. Types are imported as ever.
 *
 * @param name the package
 * @param prepare what is done once, when it has been loaded
 * @returns the library, at every call the same
 *
 * @example
 * import type Sharp from 'sharp'
 * const sharp = onDemand<typeof Sharp>('sharp')
 * await sharp()(bytes).metadata()
 */
export function onDemand<Library>(name: string, prepare?: (library: Library) => void): () => Library {
  let library: Library | undefined
  return () => {
    if (library === undefined) {
      library = require(name) as Library
      prepare?.(library)
    }
    return library
  }
}

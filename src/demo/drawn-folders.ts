import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Progress } from '../progress.js'
import { DEMO_JPEG_QUALITY, demoJpeg } from './demo-jpeg.js'
import { drawOnce } from './draw-once.js'
import { realLikeImages } from './real-like-images.js'
import { RENDERER_VERSION } from './render/face-renderer.js'
import { type FolderParameters, isKept } from './test-sets/folder-cache.js'
import { trainingImages } from './training-images.js'
import type { Variety } from './variety.js'

/** An image folder of the demo world that is drawn on first use. */
interface DrawnFolder {
  readonly images: number
  /** all that decides what is in it, but for the renderer */
  readonly parameters: FolderParameters
  /** images of 112 x 112 x 3 bytes, and where in the folder they go */
  draw(): AsyncIterable<{ readonly path: string; readonly pixels: Uint8Array }>
}

const numbered = (number: number, digits: number): string => String(number).padStart(digits, '0')

/** The reference of demo-FID: each image of another person. */
const REAL = { images: 2000, seed: 7 }
/** Photographs of people, to train a recogniser on beside generated faces. */
const REAL_IDENTITIES = { identities: 500, imagesEach: 20, seed: 1 }
/** The same people, photographed with as little variety as generated faces of the paper's mix have (docs/ablations.md). */
const ALIKE: Variety = { within: 0.18, between: 0.23 }
/** The same without what is a person's own: nobody can be told by their light or pose. */
const NARROW: Variety = { within: 0.18, between: 0 }

const DRAWN: ReadonlyMap<string, DrawnFolder> = new Map([
  [
    'demo-real',
    {
      images: REAL.images,
      parameters: { ...REAL, quality: DEMO_JPEG_QUALITY },
      async *draw() {
        let index = 0
        for await (const pixels of realLikeImages(REAL.images, REAL.seed))
          yield { path: join('demo-real', `${numbered(index++, 5)}.jpg`), pixels }
      },
    },
  ],
  ['demo-real-identities', people()],
  ['demo-real-alike', people(ALIKE)],
  ['demo-real-narrow', people(NARROW)],
])

/** Several images of each person. */
function people(variety?: Variety): DrawnFolder {
  const { identities, imagesEach } = REAL_IDENTITIES
  return {
    images: identities * imagesEach,
    parameters: { ...REAL_IDENTITIES, ...variety, quality: DEMO_JPEG_QUALITY },
    async *draw() {
      const asked = { ...REAL_IDENTITIES, ...(variety && { variety }) }
      for await (const { person, image, pixels } of trainingImages(asked))
        yield { path: join(numbered(person, 3), `${numbered(image, 2)}.jpg`), pixels }
    },
  }
}

/** Ids of the folders: `demo-real` is images of one person each, the others are several images of each person. */
export const DRAWN_FOLDERS: readonly string[] = [...DRAWN.keys()]

/** How many images of a folder have to be drawn before it is there; undefined where there is none of that id. */
export async function folderToDraw(id: string, cacheFolder: string): Promise<number | undefined> {
  const drawn = DRAWN.get(id)
  if (drawn === undefined) return undefined
  return (await isKept(...placeOf(id, drawn, cacheFolder))) ? 0 : drawn.images
}

/** A folder, drawn where it is not there yet; undefined where there is none of that id. @throws InputError */
export async function drawnFolder(
  id: string,
  cacheFolder: string,
  progress?: Progress,
): Promise<string | undefined> {
  const drawn = DRAWN.get(id)
  if (drawn === undefined) return undefined
  const [folder, parameters] = placeOf(id, drawn, cacheFolder)
  const { images } = drawn
  await drawOnce({ id, images, folder, parameters }, (...into) => draw(drawn, ...into), progress)
  return folder
}

const placeOf = (id: string, { parameters }: DrawnFolder, cacheFolder: string) =>
  [join(cacheFolder, 'demo', id), { ...parameters, renderer: RENDERER_VERSION }] as const

async function draw(drawn: DrawnFolder, folder: string, progress: Progress): Promise<void> {
  let done = 0
  for await (const { path, pixels } of drawn.draw()) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), await demoJpeg(pixels))
    progress.update(++done)
  }
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asInputError, InputError } from '../errors.js'
import { alignedCrop, centreCrop } from '../faces/aligned-crop.js'
import { chooseFace } from '../faces/choose-face.js'
import { FaceDetector } from '../faces/face-detector.js'
import type { RawPixels } from '../images/image.js'
import { decodePhotograph, photographHeader } from '../images/photograph.js'
import { PixelRoom } from '../images/pixel-room.js'
import { encodePng } from '../images/png.js'
import { serveThread } from '../threads/thread-side.js'
import type { AlignTask, AlignThreadData } from './align-tasks.js'
import type { AlignedPhotograph } from './aligned-photograph.js'
import { OneAtATime } from './one-at-a-time.js'

/** Pixels of a photograph above which no two are decoded at once, since each takes hundreds of megabytes. */
const LARGE = 16 * 1024 * 1024

serveThread(async (data: AlignThreadData) => {
  const { detector, settings, provider } = data
  const open = detector && (await FaceDetector.open(detector, settings.detection, { provider, threads: 1 }))
  const turns = new OneAtATime(data.turns)
  // One photograph is looked at while the next is decoded, which may be done first.
  const rooms = [new PixelRoom(), new PixelRoom()]
  return {
    async do(tasks: readonly AlignTask[]): Promise<AlignedPhotograph[]> {
      const done: AlignedPhotograph[] = []
      let next = prepare(tasks[0], rooms[0])
      for (const [i, task] of tasks.entries()) {
        const ready = await next
        // While this one is looked at; a large one waits until it is alone.
        if (i + 1 < tasks.length) next = prepare(tasks[i + 1], rooms[(i + 1) % 2])
        done.push(await turns.take(ready.large, () => finish(task, ready, data, open)))
      }
      return done
    },
    close: async () => open?.close(),
  }
})

/** A photograph that is decoded, or is to be where it is large. */
interface Prepared {
  readonly large: boolean
  /** @throws InputError about the photograph */
  pixels(): Promise<RawPixels>
}

/** Begins decoding. What is wrong with the photograph comes out when its pixels are asked for. */
async function prepare(task: AlignTask, room: PixelRoom): Promise<Prepared> {
  const { name } = task
  try {
    const bytes = bytesOf(task)
    const header = await photographHeader(bytes)
    const large = (header.width ?? 0) * (header.height ?? 0) > LARGE
    if (large) return { large, pixels: () => decodePhotograph(bytes, name, header) }
    const decoding = decodePhotograph(bytes, name, header, room)
    decoding.catch(() => {})
    return { large, pixels: () => decoding }
  } catch (error) {
    return { large: false, pixels: () => Promise.reject(error) }
  }
}

/** Finds the face of a photograph and writes its crop. What is wrong with the photograph is part of the answer. */
async function finish(
  task: AlignTask,
  ready: Prepared,
  data: AlignThreadData,
  detector: FaceDetector | undefined,
): Promise<AlignedPhotograph> {
  const { name, crop } = task
  try {
    return await alignPixels(await ready.pixels(), task, data, detector)
  } catch (error) {
    if (error instanceof InputError && error.where === name) return { name, crop, problem: error.what }
    throw error
  }
}

async function alignPixels(
  photograph: RawPixels,
  { name, crop, landmarks }: AlignTask,
  { settings, out, noFace }: AlignThreadData,
  detector: FaceDetector | undefined,
): Promise<AlignedPhotograph> {
  const keep = (pixels: RawPixels) => write(join(out, crop), encodePng(pixels))
  const faces = detector === undefined ? undefined : await detector.detect(photograph)
  const face = faces && chooseFace(faces, settings.choose, photograph)
  const points = face?.points ?? landmarks
  if (points === undefined) {
    if (noFace === 'centre') keep(centreCrop(photograph, settings.size))
    return { name, crop, faces: 0 }
  }
  keep(alignedCrop(photograph, points, settings.size, name))
  if (faces === undefined || face === undefined) return { name, crop, faces: 1, points }
  return {
    name,
    crop,
    faces: faces.length,
    score: face.score,
    box: [face.x, face.y, face.width, face.height],
    points,
  }
}

function bytesOf({ name, path, bytes, problem }: AlignTask): Uint8Array {
  if (problem !== undefined) throw new InputError(problem, name)
  if (bytes !== undefined || path === undefined) return bytes ?? new Uint8Array(0)
  try {
    return readFileSync(path)
  } catch (error) {
    const known = asInputError(error, name)
    throw known instanceof InputError ? new InputError(known.what, name, known.ways) : known
  }
}

function write(path: string, bytes: Uint8Array): void {
  try {
    // In a file of a few kilobytes the promise costs ten times the writing.
    writeFileSync(path, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw asInputError(error, path)
    mkdirSync(dirname(path), { recursive: true })
    write(path, bytes)
  }
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Sharp from 'sharp'
import { asInputError, InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import { type Progress, silent } from '../progress.js'
import { RandomStream } from '../random/philox.js'
import { type DemoPhotographOptions, demoPhotographs } from './photographs.js'

const sharp = onDemand<typeof Sharp>('sharp')

const JPEG_QUALITY = 90
const FOLDS = 10

/** What was written. */
export interface WrittenPhotographs {
  readonly photographs: number
  readonly pairs: number
}

/**
 * Writes rendered photographs as LFW is published: `images/demo_0001/demo_0001_0002.jpg`, `pairs.txt` in ten folds, and
 * `landmarks.csv` with the true landmarks of the people in front, which nothing needs but to measure what a detector costs.
 * @throws InputError where there are too few people for ten folds, or the disk is full
 */
export async function writeDemoPhotographs(
  folder: string,
  options: DemoPhotographOptions,
  progress: Progress = silent,
): Promise<WrittenPhotographs> {
  const { people, imagesEach, seed } = options
  if (people < 2 * FOLDS || imagesEach < 2)
    throw new InputError(
      `${people} people with ${imagesEach} photographs each are too few for ${FOLDS} folds of pairs`,
      '',
      `ask for at least ${2 * FOLDS} people with 2 each`,
    )
  const rows = ['image,width,height,people,x1,y1,x2,y2,x3,y3,x4,y4,x5,y5']
  progress.start('Rendering photographs', people * imagesEach, 'photographs')
  try {
    for (const photograph of demoPhotographs(options)) {
      const { width, height, pixels, landmarks } = photograph
      const name = `${personName(photograph.person)}/${imageName(photograph.person, photograph.image)}`
      await mkdir(join(folder, 'images', personName(photograph.person)), { recursive: true })
      const image = sharp()(pixels, { raw: { width, height, channels: 3 } })
      await writeFile(join(folder, 'images', name), await image.jpeg({ quality: JPEG_QUALITY }).toBuffer())
      rows.push(
        [name, width, height, photograph.people, ...landmarks.map((value) => value.toFixed(3))].join(),
      )
      progress.update(rows.length - 1)
    }
    const pairs = pairList(people, imagesEach, seed)
    await writeFile(join(folder, 'landmarks.csv'), `${rows.join('\n')}\n`)
    await writeFile(join(folder, 'pairs.txt'), `${pairs.join('\n')}\n`)
    return { photographs: rows.length - 1, pairs: pairs.length - 1 }
  } catch (error) {
    throw asInputError(error, folder)
  } finally {
    progress.stop()
  }
}

const personName = (person: number): string => `demo_${String(person + 1).padStart(4, '0')}`
const imageName = (person: number, image: number): string =>
  `${personName(person)}_${String(image + 1).padStart(4, '0')}.jpg`

/** LFW's list: in each fold as many pairs of one person as of two, and no person in two folds. */
function pairList(people: number, imagesEach: number, seed: number): string[] {
  const stream = new RandomStream(seed, 'world/photographs/pairs')
  const inFold = Math.floor(people / FOLDS)
  const half = inFold * (imagesEach - 1)
  const lines = [`${FOLDS}\t${half}`]
  for (let fold = 0; fold < FOLDS; fold++) {
    const first = fold * inFold
    const same: string[] = []
    const different: string[] = []
    for (let person = first; person < first + inFold; person++) {
      for (let image = 1; image < imagesEach; image++) {
        same.push(`${personName(person)}\t${image}\t${image + 1}`)
        const other = first + ((person - first + 1 + stream.nextInt(inFold - 1)) % inFold)
        const [n, m] = [1 + stream.nextInt(imagesEach), 1 + stream.nextInt(imagesEach)]
        different.push(`${personName(person)}\t${n}\t${personName(other)}\t${m}`)
      }
    }
    lines.push(...same, ...different)
  }
  return lines
}

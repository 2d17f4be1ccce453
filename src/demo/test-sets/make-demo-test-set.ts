import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors.js'
import type { Progress } from '../../progress.js'
import { InsightfacePickleWriter } from '../../test-sets/writers/pair-pickle-writer.js'
import { DEMO_JPEG_QUALITY, demoJpeg } from '../demo-jpeg.js'
import { drawOnce } from '../draw-once.js'
import { RENDERER_VERSION } from '../render/face-renderer.js'
import { RenderPool } from '../render/render-pool.js'
import { DEMO_TEST_SETS, type DemoTestSet, FOLDS, fullPairsPerFold } from './demo-test-sets.js'
import { type FolderParameters, isKept } from './folder-cache.js'
import { type PairRecipe, pairRecipes, RECIPES_VERSION } from './pair-recipes.js'

const PAIRS_AT_ONCE = 32

export interface DemoTestSetOptions {
  /** where test sets are kept; each has its own folder there */
  readonly cacheFolder: string
  /** pairs in each of the ten folds, an even number; by default all (600, 700 for demo-cfp-fp) */
  readonly pairsPerFold?: number | undefined
  readonly progress?: Progress | undefined
  /** threads to draw with, when the caller has some already; they are left open */
  readonly pool?: RenderPool | undefined
}

interface DrawnPair {
  readonly recipe: PairRecipe
  readonly images: readonly [Buffer, Buffer]
}

/** Draws and encodes the pairs in their order. */
async function* drawPairs(
  name: DemoTestSet,
  pairsPerFold: number,
  pool: RenderPool,
): AsyncGenerator<DrawnPair> {
  const recipes: PairRecipe[] = []
  function* requests() {
    for (const recipe of pairRecipes(name, pairsPerFold)) {
      recipes.push(recipe)
      yield* recipe.images
    }
  }
  let encoding: Promise<Buffer>[] = []
  const take = async function* () {
    const images = await Promise.all(encoding)
    encoding = []
    for (let i = 0; i < images.length; i += 2) {
      yield { recipe: recipes.shift()!, images: [images[i], images[i + 1]] as const }
    }
  }
  for await (const image of pool.stream(requests())) {
    encoding.push(demoJpeg(image))
    if (encoding.length === 2 * PAIRS_AT_ONCE) yield* take()
  }
  yield* take()
}

async function writeBin(path: string, pairs: AsyncIterable<DrawnPair>): Promise<void> {
  const file = await open(path, 'w')
  try {
    const pickle = await InsightfacePickleWriter.begin(file)
    for await (const { recipe, images } of pairs) await pickle.add(images[0], images[1], recipe.same)
    await pickle.end()
  } finally {
    await file.close()
  }
}

async function writeDoppelVer(
  folder: string,
  list: string,
  pairsPerFold: number,
  pairs: AsyncIterable<DrawnPair>,
) {
  const rows = ['ID,INDIVIDUAL_1,IMAGE_1,INDIVIDUAL_2,IMAGE_2,LABEL,SPLIT']
  for await (const { recipe, images } of pairs) {
    const id = rows.length - 1
    const names = recipe.same ? ['1.jpg', '2.jpg'] : ['1.jpg', '1.jpg']
    for (const [i, person] of recipe.people.entries()) {
      await mkdir(join(folder, person), { recursive: true })
      await writeFile(join(folder, person, names[i]), images[i])
    }
    const [first, second] = recipe.people
    rows.push(
      `${id},${first},${names[0]},${second},${names[1]},${recipe.same ? 1 : 0},${Math.floor(id / pairsPerFold)}`,
    )
  }
  await writeFile(list, `${rows.join('\n')}\n`)
}

async function* counted(pairs: AsyncIterable<DrawnPair>, progress: Progress): AsyncGenerator<DrawnPair> {
  let done = 0
  for await (const pair of pairs) {
    yield pair
    progress.update(2 * ++done)
  }
}

/** The name of a demo test set. @throws InputError where there is none of that name */
export function demoTestSetNamed(name: string): DemoTestSet {
  const found = DEMO_TEST_SETS.find((known) => known === name)
  if (found === undefined)
    throw new InputError(
      `there is no demo test set '${name}'`,
      '',
      `choose one of ${DEMO_TEST_SETS.join(', ')}`,
    )
  return found
}

interface DemoPlace {
  readonly folder: string
  readonly parameters: FolderParameters
  readonly pairsPerFold: number
}

/** @throws InputError */
function placeOf(
  name: DemoTestSet,
  { cacheFolder, pairsPerFold: asked }: Pick<DemoTestSetOptions, 'cacheFolder' | 'pairsPerFold'>,
): DemoPlace {
  const full = fullPairsPerFold(name)
  const pairsPerFold = asked ?? full
  if (!Number.isInteger(pairsPerFold) || pairsPerFold < 2 || pairsPerFold > full || pairsPerFold % 2 !== 0) {
    throw new InputError(
      `${pairsPerFold} pairs in a fold are not possible`,
      name,
      `ask for an even number from 2 to ${full}`,
    )
  }
  return {
    folder: join(cacheFolder, `${name}-${FOLDS * pairsPerFold}-pairs`),
    parameters: {
      name,
      pairsPerFold,
      renderer: RENDERER_VERSION,
      recipes: RECIPES_VERSION,
      quality: DEMO_JPEG_QUALITY,
    },
    pairsPerFold,
  }
}

/** How many images of a demo test set have to be drawn before it is there: none where it was kept. @throws InputError */
export async function imagesToDraw(
  name: DemoTestSet,
  options: Pick<DemoTestSetOptions, 'cacheFolder' | 'pairsPerFold'>,
): Promise<number> {
  const { folder, parameters, pairsPerFold } = placeOf(name, options)
  return (await isKept(folder, parameters)) ? 0 : 2 * FOLDS * pairsPerFold
}

/**
 * Makes a demo test set on first use and returns the path by which it is opened: `NAME.bin` in insightface's
 * form, or for demo-doppelver a CSV beside its images. A set with fewer pairs in a fold holds the first pairs
 * of each fold of the full one. Same and different pairs alternate.
 *
 * @example
 * const path = await makeDemoTestSet('demo-lfw', { cacheFolder: '.cache/demo', pairsPerFold: 60 })
 *
 * @throws InputError where `pairsPerFold` is odd or too large, or the disk is full
 */
export async function makeDemoTestSet(name: DemoTestSet, options: DemoTestSetOptions): Promise<string> {
  const { folder, parameters, pairsPerFold } = placeOf(name, options)
  const file = name === 'demo-doppelver' ? `${name}.csv` : `${name}.bin`
  const images = 2 * FOLDS * pairsPerFold
  const draw = async (unfinished: string, progress: Progress): Promise<void> => {
    const pool = options.pool ?? new RenderPool()
    try {
      const pairs = counted(drawPairs(name, pairsPerFold, pool), progress)
      const path = join(unfinished, file)
      if (name === 'demo-doppelver') await writeDoppelVer(unfinished, path, pairsPerFold, pairs)
      else await writeBin(path, pairs)
    } finally {
      if (options.pool === undefined) await pool.close()
    }
  }
  await drawOnce({ id: name, images, folder, parameters }, draw, options.progress)
  return join(folder, file)
}

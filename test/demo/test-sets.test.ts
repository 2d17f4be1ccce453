import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RenderPool } from '../../src/demo/render/render-pool.js'
import { DEMO_TEST_SETS, FOLDS, fullPairsPerFold } from '../../src/demo/test-sets/demo-test-sets.js'
import { cachedFolder } from '../../src/demo/test-sets/folder-cache.js'
import { dissimilarity } from '../../src/demo/test-sets/look-alikes.js'
import { demoTestSetNamed, makeDemoTestSet } from '../../src/demo/test-sets/make-demo-test-set.js'
import { type PairRecipe, pairRecipes } from '../../src/demo/test-sets/pair-recipes.js'
import { InputError } from '../../src/errors.js'
import { decodeImage } from '../../src/images/image-decoding.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const cacheFolder = scratchFolder()

describe.each(DEMO_TEST_SETS)('%s', (name) => {
  const recipes = [...pairRecipes(name, 10)]

  it('has ten folds with as many same as different pairs in every even prefix', () => {
    expect(recipes).toHaveLength(FOLDS * 10)
    for (const [i, { same }] of recipes.entries()) expect(same).toBe(i % 2 === 0)
  })

  it('is a prefix of each fold of the larger set', () => {
    const small = [...pairRecipes(name, 4)]
    const prefix = recipes.filter((_, i) => i % 10 < 4)
    expect(small).toEqual(prefix)
  })

  it('shows one person in same pairs and two in the others', () => {
    for (const { same, people, images } of recipes) {
      expect(people[0] === people[1]).toBe(same)
      expect(images[0].identity.join() === images[1].identity.join()).toBe(same)
      expect(images[0].attributes).not.toEqual(images[1].attributes)
    }
  })
})

describe('what the sets stress', () => {
  const pairs = (name: (typeof DEMO_TEST_SETS)[number]) => [...pairRecipes(name, 20)]
  const each = (recipe: PairRecipe) => recipe.images.map((image) => image.attributes)
  const meanDissimilarity = (name: (typeof DEMO_TEST_SETS)[number]) => {
    const different = pairs(name).filter(({ same }) => !same)
    return (
      different.reduce((sum, { images }) => sum + dissimilarity(images[0].identity, images[1].identity), 0) /
      different.length
    )
  }

  it('demo-cfp-fp: a frontal against a profile', () => {
    for (const [frontal, profile] of pairs('demo-cfp-fp').map(each)) {
      expect(Math.abs(frontal.yaw)).toBeLessThanOrEqual(12)
      expect(Math.abs(profile.yaw)).toBeGreaterThanOrEqual(58)
    }
  })

  it('demo-agedb: 30 years between the images', () => {
    for (const [first, second] of pairs('demo-agedb').map(each))
      expect(Math.abs(first.age - second.age)).toBeCloseTo(30, 9)
  })

  it('demo-calfw: age gaps; demo-cplfw: turned heads', () => {
    for (const [first, second] of pairs('demo-calfw').map(each))
      expect(Math.abs(first.age - second.age)).toBeGreaterThanOrEqual(12)
    for (const attributes of pairs('demo-cplfw').flatMap(each))
      expect(Math.abs(attributes.yaw)).toBeGreaterThanOrEqual(15)
  })

  it('demo-hadrian: the same man with and without a beard, two men alike in it', () => {
    for (const recipe of pairs('demo-hadrian')) {
      const [first, second] = each(recipe).map(({ beard }) => beard > 0)
      expect(first === second).toBe(!recipe.same)
    }
  })

  it('demo-eclipse: the same person too dark and too bright, two people alike in it', () => {
    for (const recipe of pairs('demo-eclipse')) {
      const [first, second] = each(recipe).map(({ exposure }) => Math.sign(exposure))
      expect(first === second).toBe(!recipe.same)
    }
  })

  it('demo-sslfw: strangers who look alike; demo-doppelver: doubles, more alike still', () => {
    const strangers = meanDissimilarity('demo-lfw')
    const lookAlikes = meanDissimilarity('demo-sslfw')
    expect(lookAlikes).toBeLessThan(0.6 * strangers)
    expect(meanDissimilarity('demo-doppelver')).toBeLessThan(0.6 * lookAlikes)
  })
})

describe('a test set on disk', () => {
  it("opens as insightface's form, with 112x112 images", async () => {
    const path = await makeDemoTestSet('demo-lfw', { cacheFolder, pairsPerFold: 2 })
    const set = await openTestSet(path)
    expect(set.name).toBe('demo-lfw')
    expect(set.format).toBe('insightface-bin')
    expect(set.imageCount).toBe(40)
    expect([...set.pairs.same]).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) % 2))
    const image = await set.read(7)
    if (image.kind !== 'encoded') throw new Error('a .bin holds encoded images')
    expect(await decodeImage(image.bytes, 'image 7')).toMatchObject({ width: 112, height: 112 })
    await set.close()
  })

  it.skipIf(!pythonHas('pickle'))("is read by Python's pickle as insightface reads it", async () => {
    const path = await makeDemoTestSet('demo-lfw', { cacheFolder, pairsPerFold: 2 })
    const script = `import pickle, sys
bins, same = pickle.load(open(sys.argv[1], 'rb'), encoding='bytes')
assert len(bins) == 2 * len(same), (len(bins), len(same))
assert all(type(b) is bytes and b[:3] == b'\\xff\\xd8\\xff' and b[-2:] == b'\\xff\\xd9' for b in bins)
print(len(bins), sum(same), type(same[0]).__name__)`
    const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, path], { encoding: 'utf8' })
    expect(stdout.trim(), stderr).toBe('40 10 bool')
  })

  it('demo-doppelver opens as CSV and folder, with folds', async () => {
    const path = await makeDemoTestSet('demo-doppelver', { cacheFolder, pairsPerFold: 2 })
    const set = await openTestSet(path)
    expect(set.name).toBe('demo-doppelver')
    expect(set.format).toBe('doppelver')
    expect([...(set.folds ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => Math.floor(i / 2)))
    await set.close()
  })

  it('has the same bytes whatever the threads, and is a prefix of the larger set', async () => {
    const [one, two] = [new RenderPool(1), new RenderPool(2)]
    const small = await makeDemoTestSet('demo-sslfw', {
      cacheFolder: join(cacheFolder, 'one'),
      pairsPerFold: 2,
      pool: one,
    })
    const large = await makeDemoTestSet('demo-sslfw', {
      cacheFolder: join(cacheFolder, 'two'),
      pairsPerFold: 4,
      pool: two,
    })
    await Promise.all([one.close(), two.close()])
    const [a, b] = await Promise.all([openTestSet(small), openTestSet(large)])
    for (let fold = 0; fold < FOLDS; fold++)
      for (let i = 0; i < 4; i++) expect(await a.read(fold * 4 + i)).toEqual(await b.read(fold * 8 + i))
    await Promise.all([a.close(), b.close()])
  })

  it('is made once, and again when the cache is half-made or damaged', async () => {
    const options = { cacheFolder: join(cacheFolder, 'again'), pairsPerFold: 2 }
    const path = await makeDemoTestSet('demo-eclipse', options)
    const whole = await readFile(path)
    const folder = dirname(path)
    await writeFile(path, Buffer.alloc(whole.length))
    await makeDemoTestSet('demo-eclipse', options)
    expect((await readFile(path)).equals(whole), 'of the right size: not drawn again').toBe(false)
    await truncate(path, 1000)
    await makeDemoTestSet('demo-eclipse', options)
    expect((await readFile(path)).equals(whole), 'cut short: drawn again').toBe(true)
    for (const file of await readdir(folder)) if (file.endsWith('.json')) await rm(join(folder, file))
    await truncate(path, 5)
    await makeDemoTestSet('demo-eclipse', options)
    expect((await readFile(path)).equals(whole), 'no seal: drawn again').toBe(true)
    expect(await readdir(options.cacheFolder)).toHaveLength(1)
  })

  it('is made by one of those that want it at the same time', async () => {
    const folder = join(cacheFolder, 'shared', 'set')
    const [made, waited]: string[][] = [[], []]
    const ask = (who: string) =>
      cachedFolder(
        folder,
        { name: 'x' },
        async (unfinished) => {
          made.push(who)
          await writeFile(join(unfinished, 'file'), who)
        },
        () => waited.push(who),
      )
    await Promise.all([ask('one'), ask('two')])
    expect([made.length, waited.length]).toEqual([1, 1])
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe(made[0])
    expect(await readdir(join(cacheFolder, 'shared'))).toEqual(['set'])
  })

  it('asks for an even number of pairs that exists', async () => {
    for (const pairsPerFold of [0, 3, fullPairsPerFold('demo-lfw') + 2, 2.5])
      await expect(makeDemoTestSet('demo-lfw', { cacheFolder, pairsPerFold })).rejects.toThrow(
        /even number from 2 to 600/,
      )
    expect(() => demoTestSetNamed('lfw')).toThrow(/demo-lfw/)
  })

  it.skipIf(!existsSync('/dev/full'))('a full disk is one clear line and leaves nothing', async () => {
    const folder = join(cacheFolder, 'full', 'set')
    const made = cachedFolder(folder, { name: 'x' }, async (unfinished) => {
      await writeFile(join(unfinished, 'first'), 'whole')
      await writeFile('/dev/full', 'more than fits')
    })
    await expect(made).rejects.toThrow(InputError)
    await expect(made).rejects.toThrow(/the disk is full/)
    expect(await readdir(join(cacheFolder, 'full'))).toEqual([])
  })
})

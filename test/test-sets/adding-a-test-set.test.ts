import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { TEST_SET_FORMATS } from '../../src/test-sets/formats.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import type { TestSetFormat } from '../../src/test-sets/test-set-format.js'
import { temporaryFolder } from '../scratch.js'

const PAGE = fileURLToPath(new URL('../../docs/adding-a-test-set.md', import.meta.url))
const ROOM = fileURLToPath(new URL('../../src/test-sets/', import.meta.url))

test('the page on adding a form of test set: its code, added as it says, opens a list', async () => {
  const [example, line] = [...(await readFile(PAGE, 'utf8')).matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code,
  )
  const name = line.trim().replace(',', '')
  // As if it stood in the room, from a folder where it disturbs nobody.
  const file = join(await temporaryFolder(), 'word-pairs.ts')
  await writeFile(
    file,
    example.replaceAll("from './", `from '${ROOM}`).replaceAll("from '../", `from '${ROOM}../`),
  )
  const wordPairs: TestSetFormat = (await import(/* @vite-ignore */ file))[name]
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'a'))
  const grey = { create: { width: 2, height: 2, channels: 3, background: '#808080' } } as const
  for (const image of ['a/1.png', 'a/2.png', 'a/3.png']) await sharp(grey).png().toFile(join(folder, image))
  await writeFile(join(folder, 'list.txt'), 'a/1.png a/2.png genuine\na/1.png a/3.png impostor\n')

  // Before, the list is none; with the one line, file and folder open.
  await expect(openTestSet(join(folder, 'list.txt'))).rejects.toThrow('no form of test set is recognised')
  const formats = [...TEST_SET_FORMATS.slice(0, -1), wordPairs, ...TEST_SET_FORMATS.slice(-1)]
  for (const path of [join(folder, 'list.txt'), folder]) {
    const set = await openTestSet(path, { formats })
    expect(set).toMatchObject({ name: 'list', format: 'word-pairs', imageCount: 3 })
    expect([...set.pairs.same]).toEqual([1, 0])
    await set.close()
  }
  await writeFile(join(folder, 'list.txt'), 'a/1.png a/2.png genuine\na/1.png\n')
  await expect(openTestSet(join(folder, 'list.txt'), { formats })).rejects.toThrow(
    "list.txt:2: 'a/1.png' is no pair",
  )
  await writeFile(join(folder, 'list.txt'), 'nothing')
  await expect(openTestSet(join(folder, 'list.txt'), { formats })).rejects.toThrow(
    'a list of genuine and impostor pairs',
  )
})

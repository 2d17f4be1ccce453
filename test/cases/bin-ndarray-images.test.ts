import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { fieldCase } from '../cases.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { someOf } from '../quick.js'
import { scratchFolder } from '../scratch.js'

const scratch = scratchFolder()
const theCase = fieldCase('bin-ndarray-images')
const FILES = [
  'plain.bin',
  'cfp-python2.bin',
  'cfp.xz',
  'ndarray-p4.bin',
  'ndarray-flat-p3.bin',
  'npbool-p4.bin',
  'labelarray-p2.bin',
  'objectarray-p4.bin',
  'bytearray-p4.bin',
  'list-p1.bin',
  'numpy2.bin',
]

describe.skipIf(theCase.missing !== undefined)(
  `verification files whose images are NumPy arrays (${theCase.missing ?? 'made by shared/cases'})`,
  () => {
    let folder = ''
    beforeAll(() => {
      folder = theCase.make(scratch)
    })
    const inspect = (file: string) =>
      JSON.parse(cli('datasets', 'inspect', join(folder, file), '--json').stdout)

    it.each(someOf(FILES, 4))('%s: 20 pairs, 40 images of 112x112, the fingerprint of plain.bin', (file) => {
      const { pairs, same, different, images, imageSizes, broken, fingerprint } = inspect(file)
      expect({ pairs, same, different, images, imageSizes, broken: broken.images }).toEqual({
        pairs: 20,
        same: 10,
        different: 10,
        images: 40,
        imageSizes: [{ size: '112x112', images: 40 }],
        broken: 0,
      })
      expect(fingerprint).toBe(inspect('plain.bin').fingerprint)
    })

    it.each(FILES)('%s: pair i is the same identity where i is even', async (file) => {
      const set = await openTestSet(join(folder, file))
      expect([...set.pairs.same]).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : 0)))
      await set.close()
    })

    it('evil.bin is refused by name and nothing is run', () => {
      const outcome = cli('datasets', 'inspect', join(folder, 'evil.bin'))
      expect(isOneClearLine(outcome)).toBe(true)
      expect(outcome.stderr).toMatch(/'posix\.system'.*nothing was run/)
    })
  },
)

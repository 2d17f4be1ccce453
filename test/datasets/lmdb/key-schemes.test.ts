import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDataset } from '../../../src/datasets/open-dataset.js'
import { PYTHON, pythonHas } from '../../python.js'
import { scratchFolder } from '../../scratch.js'
import { collect } from '../training-records.js'

const folder = scratchFolder()
const SCRIPT = fileURLToPath(new URL('key_schemes.py', import.meta.url))

describe.skipIf(!pythonHas('lmdb', 'msgpack', 'numpy'))(
  "LMDB as the field's scripts write it (needs Python's lmdb)",
  () => {
    beforeAll(() => {
      const { status, stderr } = spawnSync(PYTHON, [SCRIPT, folder], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    })

    const read = async (name: string) => collect(await openDataset(join(folder, `${name}.lmdb`)))

    test.for([
      ...[0, 1, 2, 3, 4, 5].map((protocol) => `tuples-${protocol}`),
      'arrays',
      'dictionaries',
      'features',
      'no-list',
      'apart',
      'apart-without-count',
    ])('%s: 12 images with their labels', async (name) => {
      const records = await read(name)
      expect(records.map(({ identity }) => identity)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
      expect(records.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).toEqual(
        Array.from({ length: 12 }, (_, i) => `\xff\xd8\xffimage ${i}`),
      )
    })

    test.for([
      ['apart-one-label-lost', 'there is no label-000000003 beside image-000000003'],
      ['raw', "the value of key '256-00000' is a JPEG without a label; write each value as"],
      ['two-numbers', "the value of key '0' holds 2 numbers beside the image"],
      ['two-labels', "the value of key '0' holds 2 numbers beside the image"],
      ['decoded', 'holds an array of shape (112, 112, 3), not an encoded image'],
      ['evil', "the value of key '0' is a pickle that is not read"],
      ['evil-keys', 'system'],
    ] as const)('%s: refused, and why', async ([name, message]) => {
      await expect(read(name)).rejects.toThrow(message)
      expect(existsSync(join(folder, 'pwned'))).toBe(false)
    })
  },
)

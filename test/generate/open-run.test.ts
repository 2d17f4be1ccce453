import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprintDataset } from '../../src/datasets/dataset-fingerprint.js'
import { DATASET_FORMATS } from '../../src/datasets/formats.js'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { generateDataset } from '../../src/generate/generate-dataset.js'
import { silent } from '../../src/progress.js'
import { temporaryFolder } from '../scratch.js'
import { smallRequest } from './generation-inputs.js'

const READ_FIRST = ['lmdb', 'recordio', 'webdataset', 'folder'] as const

test('the folder that a generation wrote opens, whatever its forms; which one is read is said', async () => {
  const folder = await temporaryFolder()
  const out = join(folder, 'out')
  const { content, outputs } = await generateDataset(await smallRequest(folder), out, {
    formats: DATASET_FORMATS,
    threads: 1,
    progress: silent,
  })
  const there = [...READ_FIRST]
  for (const format of READ_FIRST) {
    const notes: string[] = []
    const reader = await openDataset(out, { note: (line) => notes.push(line) })
    expect(reader.format).toBe(format)
    expect(await fingerprintDataset(reader)).toBe(content.sha256)
    await reader.close()
    if (there.length > 1)
      expect(notes).toEqual([expect.stringMatching(/out: \S+ is read \(.* the same images\)$/)])
    else expect(notes).toEqual([])
    there.shift()
    await rm(join(out, outputs.find((output) => output.format === format)?.path ?? ''), { recursive: true })
  }
  await expect(openDataset(out)).rejects.toThrow(
    'the generation of this dataset is not finished; run generate dataset',
  )
})

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { DATASET_FORMATS, type DatasetFormat, datasetFormat } from '../../src/datasets/formats.js'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { scratchFolder } from '../scratch.js'
import { cli } from './cli.js'
import { convert, image } from './converted.js'

const folder = scratchFolder()

describe('training datasets', () => {
  const source = join(folder, 'people')
  const endings: Readonly<Partial<Record<DatasetFormat, string>>> = { lmdb: '.lmdb' }

  beforeAll(async () => {
    for (let person = 0; person < 4; person++) {
      mkdirSync(join(source, `name ${person}`), { recursive: true })
      for (let n = 0; n < 1 + person; n++)
        writeFileSync(join(source, `name ${person}`, `${n}.jpg`), await image(5 * person + n))
    }
  })

  async function recordsOf(path: string) {
    const dataset = await openDataset(path)
    const records: string[] = []
    for await (const { identity, image, bytes } of dataset.records())
      records.push(`${identity} ${image} ${Buffer.from(bytes).toString('base64')}`)
    await dataset.close()
    return records
  }

  it('go through every form and back, byte for byte', async () => {
    const whole = await recordsOf(source)
    let path = source
    for (const form of [...DATASET_FORMATS, ...DATASET_FORMATS.toReversed()]) {
      const out = join(folder, `step-${readdirSync(folder).length}-${form}${endings[form] ?? ''}`)
      path = convert(path, form, out)
      expect((await openDataset(path)).format).toBe(form)
      expect(await recordsOf(path)).toEqual(whole)
    }
  })

  it('a shuffled one is sorted', async () => {
    const shards = join(folder, 'shuffled')
    mkdirSync(shards)
    // Two archives whose identities interleave.
    const whole = await recordsOf(source)
    for (const [shard, keep] of [1, 0].entries()) {
      const writer = await datasetFormat('webdataset').create(join(folder, `half-${keep}`))
      const dataset = await openDataset(source)
      for await (const record of dataset.records())
        if (record.identity % 2 === keep) await writer.write(record)
      await writer.close()
      writeFileSync(
        join(shards, `${shard}.tar`),
        readFileSync(join(folder, `half-${keep}`, 'train-000000.tar')),
      )
    }
    const outcome = cli('datasets', 'convert', shards, '--to', 'recordio', '--out', join(folder, 'sorted'))
    expect(outcome.stderr).toMatch(/images of an identity do not follow one another; they are sorted/)
    expect(await recordsOf(join(folder, 'sorted'))).toEqual(whole)
    expect(readdirSync(folder).filter((name) => /sorting|partial/.test(name))).toEqual([])
  })
})

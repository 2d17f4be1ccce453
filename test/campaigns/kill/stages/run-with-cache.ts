import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { sha256 } from '../../../../src/bytes/hashing.js'
import { readResults } from '../../../../src/results/file.js'
import { writeSmallDataset } from '../../../training/small-dataset.js'
import type { KilledStage } from '../stage.js'

const SPEC = `name: killed
title: Killed
tables:
  - id: one
    title: One set
    columns: { tiny: Tiny }
    rows: [{ name: A, model: demo-recogniser-a }]
`

/** 20 pairs over the images of a small dataset. */
function pairs(): string {
  const image = (identity: number, number: number) => `00${identity % 8}/${number % 5}.jpg`
  const lines = Array.from({ length: 20 }, (_, i) =>
    i % 2 === 0 ? `${image(i, i)},${image(i, i + 1)},1` : `${image(i, i)},${image(i + 1, i)},0`,
  )
  return `first,second,same\n${lines.join('\n')}\n`
}

/** A spec whose features are kept in a cache that is killed with it. */
export const runWithCache: KilledStage = {
  id: 'run-with-cache',
  async prepare(folder) {
    const images = await writeSmallDataset(join(folder, 'data'), 8, 5)
    const [spec, list, paths] = ['spec.yaml', 'tiny.csv', 'paths.yaml'].map((name) => join(folder, name))
    await writeFile(spec, SPEC)
    await writeFile(list, pairs())
    await writeFile(paths, `testSets:\n  tiny: { path: ${list}, images: ${images} }\n`)
    const flags = ['--paths', paths, '--threads', '1', '--quiet']
    return {
      commands: (out) => [
        { args: ['run', spec, ...flags, '--cache', join(out, 'cache'), '--out', join(out, 'results.json')] },
      ],
      // How long it took differs; what was measured doesn't.
      async result(out) {
        const { evaluations } = await readResults(join(out, 'results.json'))
        const numbers = evaluations.map(({ distances, correct, accuracy }) => [distances, correct, accuracy])
        return {
          evaluations: sha256(JSON.stringify(numbers)),
          cache: await cached(join(out, 'cache', 'features')),
        }
      },
    }
  },
}

/** What the cache holds, whole entries only. */
async function cached(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  const bytes = await Promise.all(names.map((name) => readFile(resolve(folder, name))))
  return sha256(Buffer.concat(names.flatMap((name, i) => [Buffer.from(name), bytes[i]])))
}

import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { compareRuns } from '../../../../src/compare/compare-runs.js'
import { writeReport } from '../../../../src/report/render.js'
import { readResults } from '../../../../src/results/file.js'
import { sampleReport } from '../../../report/sample-report.js'
import type { FuzzedReader } from '../reader.js'
import { repositoryFile } from '../repository-file.js'

export const results: FuzzedReader = {
  id: 'results',
  file: 'results.json',
  seeds: async () => [
    Buffer.from(JSON.stringify(sampleReport(['a', 'b'], ['lfw'], 10))),
    await repositoryFile('test/results/version-1.json'),
    await repositoryFile('test/results/version-2.json'),
  ],
  words: [
    '{"',
    '"a":',
    '[',
    '[[',
    ']',
    '}',
    ',',
    'null',
    '"version":1',
    '"version":2',
    '"AAA="',
    '"__proto__":{}',
    '1e999',
  ],
  async read(path) {
    const read = await readResults(path)
    const out = join(dirname(path), 'report')
    await mkdir(out, { recursive: true })
    await writeReport([read], out, ['html', 'markdown', 'latex', 'csv'])
    await rm(out, { recursive: true })
    compareRuns([{ path, results: read }], [{ path, results: read }])
  },
}

import { readFile } from 'node:fs/promises'
import { numberOf, setAside } from '../../../../src/jobs/redis.js'
import { parseJson } from '../../../../src/json.js'
import { printable } from '../../../../src/printable.js'
import type { FuzzedReader } from '../reader.js'

const COUNT = 8
const jobs = { queue: 'q', noun: 'part', count: COUNT, where: 'out', done: async () => [] }

/** A job as a worker gets it from Redis: `{ id, data }`. */
export const queueJob: FuzzedReader = {
  id: 'queue-job',
  file: 'job.json',
  seeds: async () =>
    [0, 7].map((number) => Buffer.from(JSON.stringify({ id: `part-${number}`, data: { number } }))),
  words: ['"part-1"', '"part-01"', '-', '1e3', '8', '"../../x"', '{"', '[[', 'null', '"__proto__":{}'],
  async read(path) {
    const { id, data } = Object(parseJson(await readFile(path, 'utf8'))) as { id?: unknown; data?: unknown }
    const number = numberOf(jobs, id, data ?? null)
    if (number !== undefined && !(Number.isInteger(number) && number >= 0 && number < COUNT))
      throw new Error(`job ${number} of ${COUNT} was taken`)
    const line = setAside(jobs, typeof id === 'object' ? JSON.stringify(id) : id)
    if (line !== printable(line)) throw new Error('what is said of a job is not printable')
  },
}

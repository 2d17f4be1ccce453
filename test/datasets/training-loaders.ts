import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { DatasetRecord } from '../../src/datasets/dataset.js'
import { pythonJson } from '../python.js'

const SCRIPT = fileURLToPath(new URL('training-loaders.py', import.meta.url))

const described = z.object({
  label: z.number(),
  sha256: z.string(),
  size: z.tuple([z.number(), z.number()]).optional(),
})

const lmdbAnswer = z.object({
  length: z.number(),
  classes: z.number(),
  keys: z.array(z.string()),
  records: z.array(described),
  sorted: z.boolean(),
  entries: z.number(),
  stat: z.record(z.string(), z.number()),
  absent: z.array(z.null()),
  sameAfterCompaction: z.boolean(),
})
const recordIoAnswer = z.object({
  flag: z.number(),
  records: z.array(described),
  ranges: z.array(z.array(z.number())),
  property: z.array(z.number()),
})
const tarAnswer = z.object({
  keys: z.array(z.string()),
  records: z.array(described),
  meta: z.array(z.array(z.union([z.string(), z.number()]))),
})

/** A dataset as Python code reads it; the commands are described in training-loaders.py. */
export const python = {
  lmdb: (path: string) => lmdbAnswer.parse(pythonJson(SCRIPT, 'lmdb', path)),
  makeLmdb: (path: string, ...args: (string | number)[]) =>
    z.record(z.string(), z.number()).parse(pythonJson(SCRIPT, 'make-lmdb', path, ...args.map(String))),
  recordio: (path: string) => recordIoAnswer.parse(pythonJson(SCRIPT, 'recordio', path)),
  tar: (...paths: string[]) => tarAnswer.parse(pythonJson(SCRIPT, 'tar', ...paths)),
}

/** What Python says of a record, told from the record itself. */
export function describeRecord({ identity, bytes }: DatasetRecord): z.infer<typeof described> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return bytes[0] === 0xff && bytes[1] === 0xd8
    ? { label: identity, sha256, size: [112, 112] }
    : { label: identity, sha256 }
}

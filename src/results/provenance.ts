import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import ort from 'onnxruntime-node'
import { z } from 'zod'
import type { Provenance } from './schema.js'

const { name, version } = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))

/** This program, as its package names it. */
export const PROGRAM = { name, version }

/** What made the numbers: program, machine, runtime. */
export function provenanceOf(run: {
  readonly started: Date
  readonly provider: string
  readonly threads: number
  readonly command: readonly string[]
}): Provenance {
  return {
    program: PROGRAM,
    command: [...run.command],
    started: run.started.toISOString(),
    seconds: (Date.now() - run.started.getTime()) / 1000,
    node: process.version,
    onnxruntime: ort.env.versions.node ?? ort.env.versions.common,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    provider: run.provider,
    threads: run.threads,
  }
}

import { availableParallelism, cpus, totalmem } from 'node:os'
import { runtimeVersion } from '../onnx/runtime.js'
import { PROGRAM } from '../program.js'
import type { Provenance } from '../results/schema.js'

/** When something began: by the calendar, and by a clock that nobody sets. */
export interface Beginning {
  readonly date: Date
  /** in milliseconds */
  readonly moment: number
}

/** Now. */
export const beginning = (): Beginning => ({ date: new Date(), moment: performance.now() })

/** What made the numbers: program, machine, runtime. */
export function provenanceOf(run: {
  readonly started: Beginning
  readonly provider: string
  readonly threads: number
  readonly command: readonly string[]
}): Provenance {
  return {
    program: PROGRAM,
    command: [...run.command],
    started: run.started.date.toISOString(),
    seconds: (performance.now() - run.started.moment) / 1000,
    node: process.version,
    onnxruntime: runtimeVersion(),
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    provider: run.provider,
    threads: run.threads,
  }
}

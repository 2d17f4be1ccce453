import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { InputError } from '../errors.js'
import type { Pipeline } from './pipeline.js'
import type { SessionOptions } from './session.js'

/** What a process of its own is told to load and run. */
export interface MemoryTask {
  readonly pipeline: Pipeline
  readonly batch: number
  readonly options: SessionOptions
}

/**
 * The most memory, in bytes, that a process holds which does nothing but load the networks of a pipeline and make two
 * batches: in one process with others it could not be told apart.
 * @throws InputError where the networks can't be loaded or run
 */
export async function peakMemory(task: MemoryTask): Promise<number> {
  const script = fileURLToPath(new URL('./peak-memory-process.js', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let answer = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => {
    answer += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (status === 0) return Number(answer)
  if (status === 1 && complaint !== '') throw new InputError(complaint.trim())
  throw new InputError('the process that measures its memory was ended from outside', task.pipeline.name, [
    'free some memory',
    { flag: '--no-memory', text: 'use --no-memory' },
  ])
}

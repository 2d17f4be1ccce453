import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts a thread from the file beside the one that asks. Threads copy what they send: once one has transferred a
 * buffer, V8 looks for detached ones at every access to a typed array there (8 % of the renderer's time).
 * @param name the file without its ending
 * @param from `import.meta.url` of the file that asks
 */
export function startThread(name: string, from: string, options: WorkerOptions = {}): Worker {
  // From source, as tests run, the thread is TypeScript too: Node inherits the tests' hook that reads it.
  return new Worker(new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from), options)
}

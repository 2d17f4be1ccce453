import { readFileSync } from 'node:fs'

/** What onnxruntime's CUDA provider stands on. */
const LIBRARIES = /\/lib(?:cudart|cublas|cudnn|curand)\.so[^/\s]*$/

/** The files of CUDA's and cuDNN's libraries among those that a process has mapped (`/proc/self/maps`); their names tell versions. */
export function librariesIn(maps: string): string[] {
  const files = maps.split('\n').flatMap((line) => (LIBRARIES.test(line) ? (line.split(/\s+/)[5] ?? []) : []))
  return [...new Set(files)].sort()
}

/** Those that this process runs from; empty where the system does not tell. */
export function librariesInUse(): string[] {
  return process.platform === 'linux' ? librariesIn(readFileSync('/proc/self/maps', 'utf8')) : []
}

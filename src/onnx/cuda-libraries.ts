import { readFile } from 'node:fs/promises'
import { answerOf, startScript } from './own-script.js'

/** What onnxruntime's CUDA provider stands on. */
const LIBRARIES = /\/lib(?:cudart|cublas|cudnn|curand)\.so[^/\s]*$/

/** The files of CUDA's and cuDNN's libraries that this process has loaded; their names tell versions. */
export async function loadedLibraries(): Promise<string[]> {
  const maps = await readFile('/proc/self/maps', 'utf8').catch(() => '')
  const files = maps.split('\n').flatMap((line) => LIBRARIES.exec(line) && (line.split(/\s+/).at(-1) ?? []))
  return [...new Set(files)].filter((file) => file !== null).sort()
}

/** The files that CUDA runs from on this machine, found by running a network on it in a process of its own; empty where it can't. */
export async function cudaLibraries(): Promise<string[]> {
  const { said, status } = await answerOf(startScript('cuda-libraries-process', import.meta.url))
  return status === 0 ? said.split('\n').filter(Boolean) : []
}

import { answerOf, startScript } from '../own-script.js'

/** What onnxruntime's CUDA provider stands on. */
const LIBRARIES = /\/lib(?:cudart|cublas|cudnn|curand)\.so[^/\s]*$/

/** The files of CUDA's and cuDNN's libraries among those that a process has mapped (`/proc/self/maps`); their names tell versions. */
export function librariesIn(maps: string): string[] {
  const files = maps.split('\n').flatMap((line) => (LIBRARIES.test(line) ? (line.split(/\s+/)[5] ?? []) : []))
  return [...new Set(files)].sort()
}

/** The files that CUDA runs from on this machine, found by running a network on it in a process of its own; empty where it can't. */
export async function cudaLibraries(): Promise<string[]> {
  const { said, status } = await answerOf(startScript('cuda-libraries-process', import.meta.url))
  return status === 0 ? said.split('\n').filter(Boolean) : []
}

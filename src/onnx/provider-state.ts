import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type Ort from 'onnxruntime-node'
import { exists } from '../bytes/files.js'
import { onDemand } from '../on-demand.js'
import { answerOf } from '../own-script.js'
import { HOW_TO_GET, tryProvider } from './provider-check.js'
import type { Backend } from './providers.js'

const ort = onDemand<typeof Ort>('onnxruntime-node')

/** How a provider is on this machine. */
export interface ProviderState {
  readonly name: Backend
  readonly condition:
    | 'ran a network'
    | 'not in this build'
    | 'file missing'
    | 'library missing'
    | 'no device'
    | 'driver too old'
    | 'fails'
  /** what is missing, or what its libraries say; empty where it works */
  readonly detail: string
  /** what mends it; empty where it works */
  readonly remedy: string
}

const CUDA_FILE = 'libonnxruntime_providers_cuda.so'

/** How a provider is: found out by running a network on it and, where that fails, by looking for what it needs. */
export async function providerState(name: Backend): Promise<ProviderState> {
  const problem = await tryProvider(name)
  if (problem === undefined) return { name, condition: 'ran a network', detail: '', remedy: '' }
  const isBuilt = ort()
    .listSupportedBackends()
    .some((backend) => backend.name === name)
  if (!isBuilt)
    return {
      name,
      condition: 'not in this build',
      detail: problem,
      remedy: remedyOf(name, 'not in this build'),
    }
  if (name === 'cuda' && process.platform === 'linux') {
    const file = join(libraryFolder(), CUDA_FILE)
    if (!(await exists(file))) return { name, condition: 'file missing', detail: file, remedy: installCuda() }
    const library = missingLibrary(await loadError(file))
    if (library !== undefined)
      return {
        name,
        condition: 'library missing',
        detail: library,
        remedy: remedyOf(name, 'library missing'),
      }
  }
  const condition = conditionOf(problem)
  return { name, condition, detail: problem, remedy: remedyOf(name, condition) }
}

/** What the message of a provider that failed tells. */
export function conditionOf(problem: string): ProviderState['condition'] {
  if (/driver version is insufficient|forward compatibility|unsupported display driver/i.test(problem))
    return 'driver too old'
  if (/no CUDA-capable device|No supported adapters|invalid device ordinal|no device/i.test(problem))
    return 'no device'
  return missingLibrary(problem) === undefined ? 'fails' : 'library missing'
}

/** The library that a message of the dynamic linker misses; undefined where it misses none. */
export function missingLibrary(message: string): string | undefined {
  return /([\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(message)?.[1]
}

function remedyOf(name: Backend, condition: ProviderState['condition']): string {
  if (name !== 'cuda') return HOW_TO_GET[name]
  if (condition === 'library missing')
    return 'install CUDA 12 and cuDNN 9 and name the folders of their libraries in LD_LIBRARY_PATH'
  if (condition === 'no device')
    return "check that 'nvidia-smi' lists a GPU, and CUDA_VISIBLE_DEVICES; a container needs '--gpus all'"
  if (condition === 'driver too old') return 'update the NVIDIA driver: CUDA 12 needs 525 or newer'
  return HOW_TO_GET.cuda
}

/** The package of onnxruntime, from which this program runs it. */
function packageFolder(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')))
}

function installCuda(): string {
  return `cd '${packageFolder()}' && ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install`
}

/** Where onnxruntime looks for its providers: beside its own library. */
function libraryFolder(): string {
  const bin = join(packageFolder(), 'bin')
  const [version = ''] = readdirSync(bin).filter((name) => name.startsWith('napi-'))
  return join(bin, version, process.platform, process.arch)
}

/** What the dynamic linker says of a library that can't be loaded; empty where it can. In a process of its own, which it may end. */
export function loadError(file: string): Promise<string> {
  const script = 'process.dlopen({ exports: {} }, process.argv[1])'
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', script, file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    child.once('error', ({ message }) => resolve(message))
    // A library that is no module of Node's is loaded before that is noticed.
    child.once('close', () => resolve(said.includes('did not self-register') ? '' : said))
  })
}

/** The GPUs of NVIDIA that the driver lists; empty without a driver. */
export async function nvidiaDevices(): Promise<string[]> {
  const query = ['--query-gpu=index,name,memory.total,driver_version', '--format=csv,noheader']
  const child = spawn('nvidia-smi', query, { stdio: ['ignore', 'pipe', 'ignore'] })
  const { said, status } = await answerOf(child).catch(() => ({ said: '', status: null }))
  return status === 0 ? said.trim().split('\n').filter(Boolean) : []
}

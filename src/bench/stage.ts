import type { Provider } from '../models/session.js'
import type { Rate } from './rate.js'

/** Which network a stage runs; none where it has its own. */
export type BenchRole = 'generator' | 'recogniser' | 'features'

/** How the stages are run. */
export interface BenchSettings {
  /** ONNX files or descriptors */
  readonly models: Readonly<Record<BenchRole, string>>
  readonly provider: Provider
  /** GPUs by number; the first by default */
  readonly devices?: readonly number[]
  /** cores */
  readonly threads: number
  /** images a call; each stage's own by default */
  readonly batch?: number
  /** a folder of this run's own, for what is made */
  readonly folder: string
}

/** A stage of the harness that can be timed beside the bare network that it runs. */
export interface BenchStage {
  readonly id: string
  /** what is counted, in the plural */
  readonly unit: 'images' | 'pairs'
  /** whose network it runs */
  readonly role?: BenchRole
  /** how it takes several GPUs: as its command does; `each`: its command runs on one, so each is timed by itself. None: it runs on the processor */
  readonly gpus?: 'together' | 'each'
  /** @throws InputError where the network can't be run, or has another role */
  open(settings: BenchSettings): Promise<OpenStage>
}

export interface OpenStage {
  /** The network alone, on inputs that are ready, its outputs thrown away. @param seconds about so long */
  bare(seconds: number): Promise<Rate>
  /** The stage as its command runs it, on made inputs. @param units about so many of them */
  run(units: number): Promise<Rate>
  close(): Promise<void>
}

import { parentPort, Worker, workerData } from 'node:worker_threads'
import ort from 'onnxruntime-node'

/** A detector in a loop that does nothing with what it finds. */
export interface BareDetector {
  /** ONNX file that takes one image [1, 3, height, width] */
  readonly path: string
  readonly input: string
  readonly side: number
  readonly images: number
  /** threads of one call */
  readonly threads: number
}

/** @returns images a second, after warm-up */
async function runLoop({ path, input, side, images, threads }: BareDetector): Promise<number> {
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: threads, logSeverityLevel: 4 })
  const pixels = Float32Array.from({ length: 3 * side * side }, (_, i) => (i * 31) % 256)
  const feeds = { [input]: new ort.Tensor('float32', pixels, [1, 3, side, side]) }
  for (let i = 0; i < Math.min(20, images / 20); i++) await session.run(feeds)
  const start = performance.now()
  for (let done = 0; done < images; done++) await session.run(feeds)
  const seconds = (performance.now() - start) / 1000
  await session.release()
  return images / seconds
}

/** Images a second of `lanes` loops at the same time, each in a thread of its own. */
export async function bareDetectorRate(loop: BareDetector, lanes: number): Promise<number> {
  const rates = await Promise.all(
    Array.from(
      { length: lanes },
      () =>
        new Promise<number>((resolve, reject) => {
          const share: BareDetector = { ...loop, images: Math.ceil(loop.images / lanes) }
          const worker = new Worker(new URL(import.meta.url), { workerData: share })
          worker.once('message', resolve)
          worker.once('error', reject)
        }),
    ),
  )
  return rates.reduce((sum, rate) => sum + rate, 0)
}

if (parentPort !== null) parentPort.postMessage(await runLoop(workerData as BareDetector))

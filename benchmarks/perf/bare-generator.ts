import { parentPort, Worker, workerData } from 'node:worker_threads'
import ort from 'onnxruntime-node'
import { drawMasks, PAPER_MASKING } from '../../src/generate/masks.js'
import { perturb } from '../../src/generate/perturbation.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { RandomStream } from '../../src/random/philox.js'

/** A generator in a loop that does nothing with its images: what everything else is measured against. */
export interface BareLoop {
  /** ONNX file */
  readonly path: string
  readonly batch: number
  readonly images: number
  /** threads of one call */
  readonly threads: number
}

/** @returns images a second, after warm-up */
async function runLoop({ path, batch, images, threads }: BareLoop): Promise<number> {
  const { descriptor } = requireRole(await loadModel(path), 'generator')
  const { name, size, masks } = descriptor.input
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: threads, logSeverityLevel: 4 })
  const vectors = new Float32Array(batch * size)
  new RandomStream(1, 'vectors').fillNormal(vectors)
  for (let i = 0; i < batch; i++) {
    const vector = vectors.subarray(i * size, (i + 1) * size)
    perturb(vector, 0.5, 1, i, 0, vector)
  }
  const feeds: Record<string, ort.Tensor> = { [name]: new ort.Tensor('float32', vectors, [batch, size]) }
  if (masks !== undefined) {
    const { tokens } = masks
    const dropped = new Uint8Array(batch * tokens)
    const masked = new Uint8Array(batch * tokens)
    for (let i = 0; i < batch; i++) {
      const flags = [i * tokens, (i + 1) * tokens] as const
      const masking = { ...PAPER_MASKING, tokens, dropped: masks.droppedCount }
      drawMasks(masking, 1, i, 0, dropped.subarray(...flags), masked.subarray(...flags))
    }
    feeds[masks.dropped] = new ort.Tensor('bool', dropped, [batch, tokens])
    feeds[masks.masked] = new ort.Tensor('bool', masked, [batch, tokens])
  }
  for (let i = 0; i < 5; i++) await session.run(feeds)
  const start = performance.now()
  for (let done = 0; done < images; done += batch) await session.run(feeds)
  const seconds = (performance.now() - start) / 1000
  await session.release()
  return images / seconds
}

/** Images a second of `lanes` loops at the same time, each in a thread of its own. */
export async function bareRate(loop: BareLoop, lanes: number): Promise<number> {
  const rates = await Promise.all(
    Array.from(
      { length: lanes },
      () =>
        new Promise<number>((resolve, reject) => {
          const workerData: BareLoop = { ...loop, images: loop.images / lanes }
          const worker = new Worker(new URL(import.meta.url), { workerData })
          worker.once('message', resolve)
          worker.once('error', reject)
        }),
    ),
  )
  return rates.reduce((sum, rate) => sum + rate, 0)
}

if (parentPort !== null) parentPort.postMessage(await runLoop(workerData as BareLoop))

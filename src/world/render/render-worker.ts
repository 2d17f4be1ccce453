import { parentPort } from 'node:worker_threads'
import { FaceRenderer } from './face-renderer.js'
import { type PackedRequests, renderPacked } from './render-batch.js'

const renderer = new FaceRenderer()

parentPort?.on('message', ({ job, packed }: { job: number; packed: PackedRequests }) => {
  // Copied: a first transferred buffer makes V8 check every array access of this thread, 8 % of the rendering.
  parentPort?.postMessage({ job, images: renderPacked(renderer, packed) })
})

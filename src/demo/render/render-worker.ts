import { parentPort } from 'node:worker_threads'
import { FaceRenderer } from './face-renderer.js'
import { type PackedRequests, renderPacked } from './render-batch.js'

const renderer = new FaceRenderer()

parentPort?.on('message', ({ job, packed }: { job: number; packed: PackedRequests }) => {
  parentPort?.postMessage({ job, images: renderPacked(renderer, packed) })
})

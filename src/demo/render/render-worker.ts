import { serveThread } from '../../threads/thread-side.js'
import { FaceRenderer } from './face-renderer.js'
import { type PackedRequests, renderPacked } from './render-batch.js'

serveThread(() => {
  const renderer = new FaceRenderer()
  return { do: (packed: PackedRequests) => renderPacked(renderer, packed) }
})

import { ATTRIBUTES, type AttributeName, type Attributes } from '../attributes.js'
import { IDENTITY_SIZE, type Identity } from '../identity.js'
import type { FaceRenderer } from './face-renderer.js'
import { IMAGE_BYTES } from './sensor.js'

/** One image that is wanted. */
export interface RenderRequest {
  readonly identity: Identity
  readonly attributes: Attributes
}

/** Requests as plain numbers, which threads can pass on. */
export interface PackedRequests {
  readonly count: number
  /** `count` rows of {@link IDENTITY_SIZE} */
  readonly identities: Float32Array
  /** `count` rows of {@link ATTRIBUTES} */
  readonly attributes: Float64Array
}

export function packAttributes(attributes: Attributes): number[] {
  return ATTRIBUTES.map((name) => attributes[name])
}

export function packRequests(requests: readonly RenderRequest[]): PackedRequests {
  const identities = new Float32Array(requests.length * IDENTITY_SIZE)
  const attributes = new Float64Array(requests.length * ATTRIBUTES.length)
  for (const [i, request] of requests.entries()) {
    identities.set(request.identity, i * IDENTITY_SIZE)
    attributes.set(packAttributes(request.attributes), i * ATTRIBUTES.length)
  }
  return { count: requests.length, identities, attributes }
}

/** Renders packed requests: `count * 112 * 112 * 3` bytes. */
export function renderPacked(renderer: FaceRenderer, packed: PackedRequests): Uint8Array<ArrayBuffer> {
  const parameters = IDENTITY_SIZE
  const images = new Uint8Array(packed.count * IMAGE_BYTES)
  for (let i = 0; i < packed.count; i++) {
    const attributes: Partial<Record<AttributeName, number>> = {}
    for (let k = 0; k < ATTRIBUTES.length; k++)
      attributes[ATTRIBUTES[k]] = packed.attributes[i * ATTRIBUTES.length + k]
    renderer.render(
      packed.identities.subarray(i * parameters, (i + 1) * parameters),
      attributes as Attributes,
      images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
    )
  }
  return images
}

import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { gradient } from '../../src/gradient/gradient.js'
import { fieldHead } from '../../src/onnx/messages.js'
import { decodeGraph } from '../../src/onnx/read-graph.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { encodeGraph } from '../../src/onnx/write-graph.js'
import { RandomStream } from '../../src/random/philox.js'
import { smallNetwork } from './small-network.js'

describe('a network of which bytes are damaged', () => {
  const whole = smallNetwork()

  it.each([1, 2])('is read, or refused in one line: never a bug (seed %i)', (seed) => {
    const random = new RandomStream(seed, 'damage')
    let read = 0
    for (let i = 0; i < 800; i++) {
      const bytes = Uint8Array.from(whole)
      for (let n = 0; n <= i % 3; n++) bytes[random.nextInt(bytes.length)] = random.nextInt(256)
      try {
        const graph = decodeGraph(bytes)
        new ShapeInference(graph)
        gradient(graph, { of: 'y', withRespectTo: ['x', 'w'] })
        encodeGraph(graph)
        read++
      } catch (error) {
        if (!(error instanceof InputError)) throw error
      }
    }
    expect(read).toBeGreaterThan(100)
  })
})

describe('a file that is many times larger once it is read', () => {
  /** A graph whose one field holds these bytes again and again. */
  const graphOf = (field: number, piece: number[], times: number) => {
    const content = Buffer.alloc(piece.length * times, Uint8Array.from(piece))
    const graph = Buffer.concat([field === 0 ? Buffer.alloc(0) : fieldHead(field, content.length), content])
    return Buffer.concat([fieldHead(7, graph.length), graph])
  }

  it.each([
    ['empty nodes', graphOf(0, [0x0a, 0], 500_001), /more than 500000 nodes, weights or names/],
    ['dimensions of a weight', graphOf(5, [0x08, 1], 1_000), /a tensor of hundreds of dimensions/],
  ])('is refused before memory is given: %s', (_, bytes, message) => {
    expect(() => decodeGraph(bytes)).toThrow(message)
  })
})

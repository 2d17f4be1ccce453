import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import { gradient } from '../../src/gradient/gradient.js'
import { fieldHead } from '../../src/onnx/messages.js'
import { decodeGraph } from '../../src/onnx/read-graph.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { numbersOf, type Tensor } from '../../src/onnx/tensor.js'
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
    ['empty nodes', graphOf(0, [0x0a, 0], 800_000)],
    ['fields that nobody knows', graphOf(0, [0x98, 0x06, 1], 1_100_000)],
    ['dimensions of a weight', graphOf(5, [0x08, 1], 5_000_000)],
    ['integers in the graph of an attribute', insideAnAttribute(integers(5_000_000))],
  ])('is refused before memory is given: %s', (_, bytes) => {
    expect(() => decodeGraph(bytes)).toThrow(/more nodes, names and numbers than a network of its size has/)
  })

  it('holds weights as they lie in the file until they are asked for', () => {
    const graph = decodeGraph(modelOf(field(5, integers(3_000_000))))
    const { type, shape, read } = graph.initialisers.get('w') as Tensor
    expect([type, shape]).toEqual(['int64', [3_000_000]])
    expect((read() as BigInt64Array).subarray(0, 2)).toEqual(BigInt64Array.of(1n, 1n))
  })
})

describe("numbers in the fields of a tensor's message", () => {
  /** 300 and -2 as protobuf writes them */
  const [large, negative] = [
    [0xac, 2],
    [0xfe, ...Array(8).fill(0xff), 1],
  ]

  it.each([
    ['int64_data, packed', 7, [0x3a, 12, ...large, ...negative], [300, -2]],
    ['int64_data, one by one', 7, [0x38, ...large, 0x38, ...negative], [300, -2]],
    ['the smallest of 64 bits', 7, [0x3a, 10, ...Array(9).fill(0x80), 1], [-(2 ** 63)]],
    ['uint64_data', 13, [0x5a, 12, ...large, ...negative], [300, 2 ** 64 - 2]],
    ['uint32 in uint64_data', 12, [0x5a, 7, ...large, 0xff, 0xff, 0xff, 0xff, 0x0f], [300, 2 ** 32 - 1]],
    ['int8 in int32_data', 3, [0x2a, 11, 5, ...negative], [5, -2]],
    ['float16 in int32_data', 10, [0x2a, 3, 0x80, 0x78, 0], [1, 0]],
    ['float_data, one by one', 1, [0x25, 0, 0, 0x80, 0x3f, 0x25, 0, 0, 0, 0x40], [1, 2]],
    ['double_data', 11, [0x52, 8, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [1]],
  ])('%s', (_, type, data, numbers) => {
    const tensor = Buffer.concat([
      Buffer.from([8, numbers.length, 0x10, type]),
      field(8, 'w'),
      Buffer.from(data),
    ])
    const read = decodeGraph(modelOf(field(5, tensor))).initialisers.get('w') as Tensor
    expect(numbersOf(read)).toEqual(numbers)
  })

  it('that are cut short are refused', () => {
    const tensor = Buffer.concat([Buffer.from([8, 1, 0x10, 7]), field(8, 'w'), Buffer.from([0x3a, 1, 0x80])])
    const { read } = decodeGraph(modelOf(field(5, tensor))).initialisers.get('w') as Tensor
    expect(read).toThrow(/cut short/)
  })
})

const field = (number: number, content: Buffer | string): Buffer =>
  Buffer.concat([fieldHead(number, Buffer.byteLength(content)), Buffer.from(content)])

/** A network of one output and what is added to its graph. */
function modelOf(...more: Buffer[]): Buffer {
  const graph = Buffer.concat([field(12, field(1, 'y')), ...more])
  return Buffer.concat([field(8, Buffer.from([0x10, 17])), field(7, graph)])
}

/** A tensor 'w' of this many integers 1, of one byte each. */
function integers(count: number): Buffer {
  const size = fieldHead(1, count).subarray(1)
  return Buffer.concat([
    Buffer.from([8]),
    size,
    Buffer.from([0x10, 7]),
    field(8, 'w'),
    field(7, Buffer.alloc(count, 1)),
  ])
}

function insideAnAttribute(tensor: Buffer): Buffer {
  const attribute = Buffer.concat([field(1, 'body'), field(6, field(5, tensor))])
  return modelOf(field(1, Buffer.concat([field(4, 'If'), field(5, attribute)])))
}

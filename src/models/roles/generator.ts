import { z } from 'zod'
import type { Port } from '../../onnx/port.js'
import { runtimeTensor, type Tensors } from '../../onnx/runtime.js'
import { diffusionSchema } from '../diffusion/diffusion-schema.js'
import { identification } from '../identification.js'
import { shapeSize } from '../image-input.js'
import { fixed, type NetworkPorts, type Role } from './role.js'
import { trialNumbers } from './trial-numbers.js'

export const generatorSchema = z.strictObject({
  ...identification,
  role: z.literal('generator'),
  input: z.strictObject({
    name: z.string().min(1).default('vector'),
    size: z.int().positive().default(512),
    /** the masks drawn from the run's seed; left out for a generator that takes the vector alone */
    masks: z
      .strictObject({
        dropped: z.string().min(1).default('dropped'),
        masked: z.string().min(1).default('masked'),
        /** tokens, the feature token included: 50 */
        tokens: z.int().min(2).default(50),
        /** how many of tokens 1.. are dropped before the encoder: 5 */
        droppedCount: z.int().min(0).default(5),
      })
      .optional(),
    /** normal numbers for each image, [batch, ...shape], drawn from the run's seed */
    noise: z
      .strictObject({
        name: z.string().min(1).default('noise'),
        shape: z.array(z.int().positive()).min(1),
      })
      .optional(),
  }),
  /** the networks and the way from noise to an image, where the file is the denoiser of a latent diffusion model */
  diffusion: diffusionSchema.optional(),
  output: z.strictObject({
    name: z.string().min(1).default('image'),
    size: shapeSize.default([112, 112]),
    channels: z.enum(['RGB', 'BGR']).default('RGB'),
    /** the numbers that stand for black and white */
    range: z.tuple([z.number(), z.number()]).default([-1, 1]),
  }),
})
export type GeneratorDescriptor = z.infer<typeof generatorSchema>

/** Identity vectors, and what is drawn beside them, to images. */
export const generator: Role<typeof generatorSchema> = {
  schema: generatorSchema,
  looks: 'a generator takes [batch, 512] and gives images',
  ports({ input, output }) {
    const { masks, noise } = input
    const inputs: Port[] = [{ name: input.name, type: 'float32', shape: [-1, input.size] }]
    if (masks !== undefined)
      for (const name of [masks.dropped, masks.masked])
        inputs.push({ name, type: 'bool', shape: [-1, masks.tokens] })
    if (noise !== undefined) inputs.push({ name: noise.name, type: 'float32', shape: [-1, ...noise.shape] })
    return { inputs, outputs: [{ name: output.name, type: 'float32', shape: [-1, 3, ...output.size] }] }
  },
  draft(ports, { name, batch }) {
    const input = vectorOf(ports)
    const [output] = ports.outputs
    if (input === undefined || output?.shape.length !== 4) return undefined
    return {
      name,
      role: 'generator',
      batch,
      input: {
        name: input.name,
        size: fixed(input.shape[1]) ?? 512,
        ...masksOf(ports),
        ...noiseOf(ports, input),
      },
      output: { name: output.name, size: [fixed(output.shape[2]) ?? 112, fixed(output.shape[3]) ?? 112] },
    }
  },
  trial({ input: { name, size, masks, noise } }, from, to) {
    const count = to - from
    const inputs: Tensors = {
      [name]: trialNumbers([count, size], from),
      ...(noise && { [noise.name]: trialNumbers([count, ...noise.shape], from, ' noise') }),
    }
    if (masks === undefined) return inputs
    const mask = (hidden: number) => {
      const data = new Uint8Array(count * masks.tokens)
      for (let row = 0; row < count; row++)
        data.fill(1, row * masks.tokens + 1, row * masks.tokens + 1 + hidden)
      return runtimeTensor('bool', data, [count, masks.tokens])
    }
    return {
      ...inputs,
      [masks.dropped]: mask(masks.droppedCount),
      [masks.masked]: mask(2 * masks.droppedCount),
    }
  },
}

/** The input of identity vectors: the only row of numbers, or the one of 512. */
function vectorOf({ inputs }: NetworkPorts): Port | undefined {
  const rows = inputs.filter(({ type, shape }) => type !== 'bool' && shape.length === 2)
  return rows.length > 1 ? rows.find(({ shape }) => shape[1] === 512) : rows[0]
}

/** Two inputs of flags are Vec2Face's masks, in its order. */
function masksOf({ inputs }: NetworkPorts): object {
  const masks = inputs.filter(({ type }) => type === 'bool')
  if (masks.length !== 2) return {}
  return { masks: { dropped: masks[0].name, masked: masks[1].name, tokens: fixed(masks[0].shape[1]) ?? 50 } }
}

/** One input of numbers beside the vector, of a size that the network tells, is noise. */
function noiseOf({ inputs }: NetworkPorts, vector: Port): object {
  const others = inputs.filter((port) => port !== vector && port.type !== 'bool')
  const shape = others[0]?.shape.slice(1).map(fixed)
  return others.length === 1 && shape.every((size) => size !== undefined)
    ? { noise: { name: others[0].name, shape } }
    : {}
}

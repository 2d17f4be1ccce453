import type { z } from 'zod'
import type { StateDict } from '../checkpoint/stored-tensor.js'
import { InputError } from '../errors.js'
import type { descriptorSchema } from '../models/descriptor.js'
import type { GraphBuilder } from '../onnx/graph-builder.js'
import { buildInception } from './inception.js'
import { buildIresnet } from './iresnet.js'
import { buildSixDRepNet } from './sixdrepnet.js'
import { buildVec2Face, type Vec2FaceHeads } from './vec2face.js'
import type { Weights } from './weights.js'

/** What a descriptor says of a network once it is built; its name, licence and provenance are added by the import. */
export type NetworkDescription = Omit<z.input<typeof descriptorSchema>, 'name'> & { description: string }

export interface BuildOptions {
  /** attention heads of a Vec2Face generator whose width isn't an official one */
  readonly heads?: Vec2FaceHeads | undefined
  /** what a recogniser is used for; by default recognition */
  readonly role?: 'recogniser' | 'quality' | undefined
}

/** A network whose checkpoints can be imported. */
export interface Architecture {
  readonly title: string
  /** a key that only its checkpoints have */
  readonly sign: string | readonly string[]
  build(g: GraphBuilder, weights: Weights, options: BuildOptions): NetworkDescription
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } satisfies Record<
  string,
  [number, number, number]
>

export const ARCHITECTURES = {
  vec2face: {
    title: 'the Vec2Face generator',
    sign: 'latent_prior_proj_f.weight',
    build(g, weights, { heads }) {
      const { vectorSize, tokens } = buildVec2Face(g, weights, heads)
      // The reference code drops a tenth of the tokens but the first, rounded up.
      const droppedCount = Math.ceil((tokens - 1) * 0.1)
      return {
        role: 'generator',
        description: 'Vec2Face generator',
        input: { name: 'vector', size: vectorSize, masks: { tokens, droppedCount } },
        output: { name: 'image', size: [112, 112], channels: 'RGB', range: [-1, 1] },
      }
    },
  },
  iresnet: {
    title: 'the iresnet recogniser (ArcFace, MagFace and others)',
    sign: 'layer1.0.prelu.weight',
    build(g, weights, { role = 'recogniser' }) {
      const { featureSize, depth } = buildIresnet(g, weights)
      return {
        role,
        description: `iresnet ${depth}`,
        input: { name: 'image' },
        output: { name: 'feature', size: featureSize },
      }
    },
  },
  sixdrepnet: {
    title: '6DRepNet (head pose)',
    sign: ['layer0.rbr_reparam.weight', 'layer0.rbr_dense.conv.weight'],
    build(g, weights) {
      buildSixDRepNet(g, weights)
      return {
        role: 'pose',
        description: '6DRepNet: yaw, pitch and roll in degrees',
        input: { name: 'image', size: [224, 224], resize: 'bilinear', ...IMAGENET },
        output: { name: 'pose', size: 3 },
      }
    },
  },
  inception: {
    title: 'the Inception-v3 of FID (pytorch-fid)',
    sign: 'Mixed_7c.branch_pool.conv.weight',
    build(g, weights) {
      const { featureSize } = buildInception(g, weights)
      return {
        role: 'features',
        description: 'Inception-v3 of 2015-12-05, pool3',
        input: { name: 'image', size: [299, 299], resize: 'bilinear' },
        output: { name: 'feature', size: featureSize },
        distanceName: 'FID',
      }
    },
  },
} as const satisfies Record<string, Architecture>

export type ArchitectureName = keyof typeof ARCHITECTURES
export const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES) as ArchitectureName[]

/** The architecture that a set of weights belongs to, told from its keys. */
export function recognise(state: StateDict): ArchitectureName | undefined {
  return ARCHITECTURE_NAMES.find((name) => [ARCHITECTURES[name].sign].flat().some((key) => state.has(key)))
}

/** @throws InputError that lists the names */
export function requireArchitecture(name: string): ArchitectureName {
  const found = ARCHITECTURE_NAMES.find((known) => known === name)
  if (found !== undefined) return found
  throw new InputError(
    `no architecture '${name}'`,
    '--as',
    `the architectures are ${ARCHITECTURE_NAMES.join(', ')}`,
  )
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readNpy } from '../../src/arrays/npy.js'
import { compilePreprocessing, inputLength } from '../../src/features/preprocessing.js'
import { imageInputSchema } from '../../src/models/descriptor.js'
import { importCheckpoint } from '../../src/models/import.js'
import { IMAGENET } from '../../src/networks/architecture.js'
import { openNetwork } from '../../src/networks/open-network.js'
import { eulerAngles } from '../../src/networks/rotation.js'
import { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, type RuntimeTensor, runtimeTensor, type Tensors } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'
import { runPython } from '../../test/python.js'
import { type Check, inFolder, largestDifference, writeArray } from './check.js'

async function run(network: string | Graph, inputs: Tensors): Promise<Float32Array> {
  const runtime = network instanceof Graph ? await Runtime.open(network) : await openNetwork(network)
  const [output] = Object.values(await runtime.run(inputs))
  await runtime.close()
  return output.data as Float32Array
}

const imagesOf = (data: Float32Array, shape: readonly number[]): Tensors => ({
  image: runtimeTensor('float32', data, shape),
})

const relative = (ours: Float32Array, theirs: Float32Array): number =>
  largestDifference(ours, theirs) / theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** What a network makes of inputs in files, against outputs in a file. */
async function asRead(onnx: string, inputs: Readonly<Record<string, string>>, outputs: string) {
  const tensors: [string, RuntimeTensor][] = []
  for (const [name, path] of Object.entries(inputs)) {
    const { type, data, shape } = await readNpy(path)
    tensors.push([name, runtimeTensor(type === '|b1' ? 'bool' : 'float32', data as Float32Array, shape)])
  }
  const { data, shape } = await readNpy(outputs)
  const ours = await run(onnx, Object.fromEntries(tensors))
  return { difference: relative(ours, data as Float32Array), of: `${shape[0]} images` }
}

/** A checkpoint of random weights that PyTorch wrote, imported, against what PyTorch computes of it. */
function importer(name: string, reference: string, network: string, checkpoint: string): Check {
  return {
    name: `${name}, imported and run`,
    reference,
    unit: 'relative to the largest number',
    tolerance: 1e-4,
    needs: ['torch', 'torchvision'],
    compare: () =>
      inFolder(async (folder) => {
        runPython([join('test', 'networks', 'reference.py'), network, folder])
        const request = { checkpoint: join(folder, checkpoint), out: join(folder, 'imported.onnx') }
        const { onnx } = await importCheckpoint(request)
        const files = ['inputs', 'outputs'].map((name) => join(folder, `${network}.${name}.npy`))
        return asRead(onnx, { image: files[0] }, files[1])
      }),
  }
}

/** An iresnet as PyTorch saved it, by whose code, with the epsilon of that code's batch normalisation. */
function iresnet(name: string, file: string, epsilon: string): Check {
  return {
    name: `${name}, imported and run`,
    reference: 'PyTorch in float64',
    unit: 'relative to the largest number',
    tolerance: 1e-4,
    needs: ['torch'],
    compare: () =>
      inFolder(async (folder) => {
        runPython([join('test', 'networks', 'iresnet_checkpoints.py'), folder])
        const request = { checkpoint: join(folder, `${file}.pth`), out: join(folder, 'imported.onnx') }
        const { onnx } = await importCheckpoint(request)
        return asRead(onnx, { image: join(folder, 'inputs.npy') }, join(folder, `outputs-${epsilon}.npy`))
      }),
  }
}

const OFFICIAL = join('..', 'shared', 'checkpoints')

/** Made once by the official code, with the weights and the masks of that pass. */
const vec2face: Check = {
  name: "Vec2Face's generator (width 96), imported and run",
  reference: "the authors' code in PyTorch, run before: ../shared/checkpoints",
  unit: 'relative to the largest number',
  tolerance: 1e-4,
  needs: ['numpy'],
  ...(!existsSync(OFFICIAL) && { absent: '../shared/checkpoints is absent' }),
  compare: () =>
    inFolder(async (folder) => {
      const official = (name: string) => join(OFFICIAL, `vec2face-tiny.${name}`)
      const { onnx } = await importCheckpoint({
        checkpoint: official('pth'),
        out: join(folder, 'imported.onnx'),
        heads: { encoder: 4, decoder: 6 },
      })
      const inputs = ['vector', 'dropped', 'masked'].map((name) => [
        name,
        official(name === 'vector' ? 'vectors.npy' : `${name}.npy`),
      ])
      return asRead(onnx, Object.fromEntries(inputs), official('images.npy'))
    }),
}

const CELLS = 4
const SIDE = 224
/** Also smaller and larger than aligned faces, and no squares. */
const SIZES = [
  [96, 131],
  [112, 112],
  [300, 256],
  [640, 427],
  [301, 1000],
] as const

/** Pixels that change slowly, as a photograph's do: noise would be averaged away. */
function picture(width: number, height: number): Uint8Array {
  const random = new RandomStream(width, 'pose picture', height)
  const waves = Array.from({ length: 3 }, () => [3 * random.next(), 3 * random.next(), 6 * random.next()])
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % width) / width, Math.floor(i / 3 / width) / height]
    const [across, down, phase] = waves[i % 3]
    return 128 + 100 * Math.sin(2 * Math.PI * (across * x + down * y) + phase) + 20 * random.next()
  })
}

const pose: Check = {
  name: "pose of images of any size: 6DRepNet's steps before its network, and its angles behind it",
  reference: "torchvision's Resize, CenterCrop, Normalize; the rotation in PyTorch",
  unit: 'degrees',
  tolerance: 1e-3,
  needs: ['torch', 'torchvision', 'PIL'],
  compare: () =>
    inFolder(async (folder) => {
      const random = new RandomStream(1, 'pose weights')
      const weights = Float64Array.from({ length: 3 * CELLS * CELLS * 6 }, () => random.nextNormal())
      const pictures = SIZES.map(([width, height]) => picture(width, height))
      const script = `import json, sys, numpy as np, torch
from PIL import Image
import torchvision.transforms as T
import torch.nn.functional as F
weights = torch.from_numpy(np.load(sys.argv[1])).float()
steps = T.Compose([T.Resize(${SIDE}), T.CenterCrop(${SIDE}), T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
angles = []
for width, height in json.loads(sys.argv[2]):
    x = steps(Image.frombytes('RGB', (width, height), sys.stdin.buffer.read(3 * width * height)))
    six = F.avg_pool2d(x[None], ${SIDE / CELLS}).flatten(1) @ weights
    x = F.normalize(six[:, :3]); z = F.normalize(torch.cross(x, six[:, 3:], 1)); y = torch.cross(z, x, 1)
    r = torch.stack([x, y, z], 2)
    flat = torch.sqrt(r[:, 0, 0] ** 2 + r[:, 1, 0] ** 2)
    pitch, yaw, roll = torch.atan2(r[:, 2, 1], r[:, 2, 2]), torch.atan2(-r[:, 2, 0], flat), torch.atan2(r[:, 1, 0], r[:, 0, 0])
    angles += torch.rad2deg(torch.stack([yaw, pitch, roll], 1)).flatten().tolist()
print(json.dumps(angles))`
      const file = writeArray(join(folder, 'weights.npy'), weights, [3 * CELLS * CELLS, 6])
      const args = ['-c', script, file, JSON.stringify(SIZES)]
      const theirs: number[] = JSON.parse(runPython(args, Buffer.concat(pictures)).toString())

      const g = new GraphBuilder()
      const side = SIDE / CELLS
      const pooled = g.node('AveragePool', [g.floatInput('image', ['batch', 3, SIDE, SIDE])], {
        kernel_shape: [side, side],
        strides: [side, side],
      })
      const matrix = g.weight('weights', [3 * CELLS * CELLS, 6], () => weights)
      const six = g.node('MatMul', [g.node('Flatten', [pooled]), matrix])
      g.output('pose', eulerAngles(g, six), ['batch', 3])
      const input = imageInputSchema.parse({
        name: 'image',
        size: [SIDE, SIDE],
        resize: 'antialias',
        ...IMAGENET,
      })
      const batch = new Float32Array(SIZES.length * inputLength(input))
      const preprocess = compilePreprocessing(input)
      SIZES.forEach(([width, height], i) => {
        preprocess({ kind: 'pixels', width, height, data: pictures[i] }, false, batch, i, 'picture')
      })
      const ours = await run(g.graph, imagesOf(batch, [SIZES.length, 3, SIDE, SIDE]))
      return { difference: largestDifference(ours, theirs), of: `${SIZES.length} images, 3 angles each` }
    }),
}

export const NETWORK_CHECKS: readonly Check[] = [
  importer('6DRepNet in training form', 'PyTorch', 'sixdrepnet', 'sixdrepnet-training.pth'),
  importer("FID's Inception", "torchvision's with pytorch-fid's pools", 'inception', 'inception.pth'),
  iresnet("insightface's iresnet", 'margin-beside', '1e-05'),
  iresnet("MagFace's iresnet", 'magface', '2e-05'),
  vec2face,
  pose,
]

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readNpy } from '../../../src/arrays/npy.js'
import { sha256OfFile } from '../../../src/bytes/hashing.js'
import { generateDataset } from '../../../src/generate/generate-dataset.js'
import { decodeImage } from '../../../src/images/image-decoding.js'
import { GraphBuilder } from '../../../src/onnx/graph-builder.js'
import { writeGraph } from '../../../src/onnx/write-graph.js'
import { silent } from '../../../src/progress.js'
import { scratchFolder } from '../../scratch.js'
import { randomVectors, writeVectors } from '../generation-inputs.js'

const folder = scratchFolder()
const at = (name: string) => join(folder, name)
const IDENTITIES = 2

/** Networks of the page's sizes: the denoiser says that the clean image is the vector's first numbers, a channel each. */
async function writeNetworks(): Promise<void> {
  const latents = ['batch', 4, 32, 32]
  const encoder = new GraphBuilder()
  const feature = encoder.floatInput('feature', ['batch', 512])
  encoder.output('condition', encoder.node('Unsqueeze', [feature, encoder.ints([1])]), ['batch', 1, 512])
  await writeGraph(encoder.graph, at('faces-encoder.onnx'))

  const denoiser = new GraphBuilder()
  const sample = denoiser.floatInput('sample', latents)
  const timestep = denoiser.floatInput('timestep', ['batch'])
  const condition = denoiser.floatInput('condition', ['batch', 1, 512])
  const clean = denoiser.reshape(denoiser.slice(condition, 2, 0, 4), [-1, 4, 1, 1])
  const late = denoiser.mul(denoiser.reshape(timestep, [-1, 1, 1, 1]), denoiser.floats(0))
  const nothing = denoiser.mul(denoiser.add(sample, late), denoiser.floats(0))
  denoiser.output('prediction', denoiser.add(nothing, clean), latents)
  await writeGraph(denoiser.graph, at('faces.onnx'))

  const decoder = new GraphBuilder()
  const latent = decoder.floatInput('latent', [1, 4, 32, 32])
  const colours = decoder.node('Tanh', [decoder.slice(latent, 1, 0, 3)])
  const enlarged = decoder.node('Resize', [colours, '', decoder.floats([1, 1, 8, 8])])
  decoder.output('image', enlarged, [1, 3, 256, 256])
  await writeGraph(decoder.graph, at('faces-decoder.onnx'))
}

/** The descriptor that the page shows, with the hashes of the networks above. */
async function descriptorOfThePage() {
  const page = readFileSync('docs/adding-a-generator.md', 'utf8')
  const [, yaml] = /## Diffusion asked with the vector itself[\s\S]*?```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const descriptor = parse(yaml)
  for (const part of ['encoder', 'decoder'])
    descriptor.diffusion[part].sha256 = await sha256OfFile(at(descriptor.diffusion[part].file))
  return descriptor
}

describe('a diffusion model that is asked with the vector itself', () => {
  beforeAll(async () => {
    await writeNetworks()
    writeFileSync(at('faces.yaml'), JSON.stringify(await descriptorOfThePage()))
  })

  it('needs the networks and the descriptor that the page shows: guidance goes on from what zeros give', async () => {
    const identities = await writeVectors(at('vectors.npy'), randomVectors(IDENTITIES, 512), 512)
    const request = {
      ...{ generator: at('faces.yaml'), identities, imagesPerIdentity: 1, seed: 1, quality: 95 },
      sigmas: [{ sigma: 0, share: 1 }],
    }
    await generateDataset(request, at('out'), { formats: ['folder'], threads: 1, progress: silent })
    const { data } = await readNpy(identities)
    for (let identity = 0; identity < IDENTITIES; identity++) {
      const image = await decodeImage(readFileSync(at(`out/folder/00000${identity}/000.jpg`)), 'image')
      expect([image.width, image.height]).toEqual([256, 256])
      for (let channel = 0; channel < 3; channel++) {
        const wanted = 127.5 * (1 + Math.tanh(3 * Number(data[identity * 512 + channel])))
        expect(Math.abs(image.data[channel] - wanted)).toBeLessThan(4)
      }
    }
  })
})

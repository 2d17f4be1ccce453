import { spawnSync } from 'node:child_process'
import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readNpy } from '../../../src/arrays/index.js'
import { openCheckpoint } from '../../../src/checkpoint/checkpoint.js'
import { InputError } from '../../../src/errors.js'
import { DiffusionNetwork } from '../../../src/generate/diffusion-network.js'
import { generateDataset, generateShard, mergeShards } from '../../../src/generate/generate-dataset.js'
import { importDiffusion } from '../../../src/models/diffusion/import-diffusion.js'
import { loadModel, requireRole } from '../../../src/models/model.js'
import { mergeLora } from '../../../src/networks/lora.js'
import { Runtime, runtimeTensor, type Tensors } from '../../../src/onnx/runtime.js'
import { silent } from '../../../src/progress.js'
import { contentOf, randomVectors, writeVectors } from '../../generate/generation-inputs.js'
import { PYTHON, pythonHas } from '../../python.js'
import { scratchFolder, temporaryFolder } from '../../scratch.js'

const reference = new URL('reference.py', import.meta.url).pathname

/** The largest difference, relative to the largest number of the reference. */
function difference(found: Float32Array, wanted: Float32Array): number {
  expect(found.length).toBe(wanted.length)
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0) / largest
}

describe.skipIf(!pythonHas('torch'))('a tiny Arc2Face of random weights (skipped without PyTorch)', () => {
  const folder = scratchFolder()
  const at = (name: string) => join(folder, name)
  const numbers = async (name: string) => (await readNpy(at(`${name}.npy`))).data as Float32Array
  const tiny = { folder, featureSize: 16 }
  const lora = at('lora.safetensors')

  beforeAll(() => {
    const { status, stderr } = spawnSync(PYTHON, [reference, folder], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  })

  /** Runs one network of an import. */
  async function run(path: string, inputs: Tensors): Promise<Tensors> {
    const runtime = await Runtime.open(path, { threads: 1 })
    try {
      return await runtime.run(inputs)
    } finally {
      await runtime.close()
    }
  }

  /** The images of an import, for the reference's vectors and noise. */
  async function images(path: string): Promise<Float32Array> {
    const model = requireRole(await loadModel(path), 'generator')
    const { diffusion } = model.descriptor
    if (diffusion === undefined) throw new Error('no diffusion')
    const network = await DiffusionNetwork.open(model, diffusion, { threads: 1 })
    const image = runtimeTensor('float32', new Float32Array(3 * 3 * 16 * 16), [3, 3, 16, 16])
    const inputs = {
      vector: runtimeTensor('float32', await numbers('vectors'), [3, 16]),
      noise: runtimeTensor('float32', await numbers('noise'), [3, 4, 4, 8, 8]),
    }
    await network.run(inputs, { image })
    await network.close()
    return image.data as Float32Array
  }

  test('each network equals PyTorch to 1e-5 of the largest number', async () => {
    const out = at('plain/arc.onnx')
    const { descriptor, assumed } = await importDiffusion({ ...tiny, out })
    expect(assumed).toContain("DPM-Solver++ 2M, which Arc2Face's authors use without a LoRA")
    const prompt = descriptor.role === 'generator' ? descriptor.diffusion?.encoder.prompt : undefined
    expect(prompt).toEqual([1, 5, 6, 7, 8, 9, 2, 2, 2])
    const tokens = BigInt64Array.from([...(prompt ?? []), ...(prompt ?? []), ...(prompt ?? [])].map(BigInt))
    const { condition } = await run(at('plain/arc-encoder.onnx'), {
      tokens: runtimeTensor('int64', tokens, [3, 9]),
      feature: runtimeTensor('float32', await numbers('vectors'), [3, 16]),
    })
    expect(difference(condition.data as Float32Array, await numbers('condition'))).toBeLessThan(1e-5)
    const sample = runtimeTensor('float32', await numbers('sample'), [3, 4, 8, 8])
    const { prediction } = await run(out, {
      sample,
      timestep: runtimeTensor('float32', await numbers('timestep'), [3]),
      condition: runtimeTensor('float32', await numbers('condition'), [3, 9, 48]),
    })
    expect(difference(prediction.data as Float32Array, await numbers('prediction'))).toBeLessThan(1e-5)
    const { image } = await run(at('plain/arc-decoder.onnx'), { latent: sample })
    expect(difference(image.data as Float32Array, await numbers('image'))).toBeLessThan(1e-5)
  })

  test('four steps of latent consistency with a LoRA make the images that PyTorch makes, to 1e-4', async () => {
    const out = at('lcm/arc.onnx')
    expect((await importDiffusion({ ...tiny, lora, out })).lora).toEqual({ layers: 3, ranks: [3, 4, 5] })
    expect(difference(await images(out), await numbers('made'))).toBeLessThan(1e-4)
  })

  test('guidance goes on from what the empty text gives', async () => {
    const out = at('guided/arc.onnx')
    await importDiffusion({ ...tiny, lora, guidance: 2, out })
    expect(difference(await images(out), await numbers('made_guided'))).toBeLessThan(1e-4)
  })

  test('a dataset has the same bytes on one core or several, whole or in shards', {
    timeout: 60_000,
  }, async () => {
    const generator = at('dataset/arc.onnx')
    await importDiffusion({ ...tiny, lora, out: generator })
    const identities = await writeVectors(at('identities.npy'), randomVectors(3, 16), 16)
    const request = {
      ...{ generator, identities, imagesPerIdentity: 2, partIdentities: 1, seed: 7 },
      sigmas: [{ sigma: 0, share: 1 }],
    }
    const options = { formats: ['folder'], progress: silent } as const
    await generateDataset(request, at('whole'), { ...options, threads: 1 })
    await generateDataset(request, at('cores'), { ...options, threads: 2 })
    for (const shard of [1, 2])
      await generateShard(request, at('shards'), { shard, of: 2 }, { threads: 2, progress: silent })
    await mergeShards([at('shards')], at('shards'), options)
    const whole = await contentOf(at('whole'))
    expect(Object.keys(whole)).toHaveLength(7)
    expect(await contentOf(at('cores'))).toEqual(whole)
    const inPlace = await contentOf(at('shards'))
    for (const [path, digest] of Object.entries(whole)) expect(inPlace[path], path).toBe(digest)
  })

  test('a merged LoRA is the sum, to 1e-6', () => {
    const [unet, adaptation] = [at('arc2face/diffusion_pytorch_model.safetensors'), lora].map(openCheckpoint)
    const states = [unet, adaptation].map(({ stateDicts }) => [...stateDicts.values()][0])
    const { weights } = mergeLora(states[0], states[1], 1, lora)
    return Promise.all(
      [
        'down_blocks.0.attentions.0.proj_in.weight',
        'down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight',
        'mid_block.resnets.0.conv1.weight',
      ].map(async (key) => {
        const merged = weights.get(key)?.readFloat32() ?? new Float32Array(1)
        expect(difference(merged, await numbers(`merged.${key}`)), key).toBeLessThan(1e-6)
      }),
    ).finally(() => {
      unet.close()
      adaptation.close()
    })
  })

  /** A copy of the folder with something else in it. */
  async function changed(change: (folder: string) => Promise<unknown>): Promise<string> {
    const copy = await temporaryFolder()
    await cp(folder, copy, { recursive: true })
    await change(copy)
    return copy
  }
  const config = (part: string, values: object) =>
    changed(async (copy) => {
      const path = join(copy, part, 'config.json')
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...values }))
    })

  test.each<[string, RegExp, () => Promise<string>]>([
    [
      'a UNet of Stable Diffusion 2',
      /UNet of Stable Diffusion 2/,
      () => config('arc2face', { cross_attention_dim: 1024 }),
    ],
    [
      'a UNet of Stable Diffusion XL',
      /Stable Diffusion XL/,
      () => config('arc2face', { cross_attention_dim: 2048, addition_embed_type: 'text_time' }),
    ],
    [
      'a UNet with something else in it',
      /'class_embed_type' is "timestep"/,
      () => config('arc2face', { class_embed_type: 'timestep' }),
    ],
    ['no VAE', /the VAE.* is missing/, () => changed((copy) => rm(join(copy, 'vae'), { recursive: true }))],
    [
      'a file that is cut',
      /diffusion_pytorch_model\.safetensors/,
      () => changed((copy) => truncate(join(copy, 'arc2face/diffusion_pytorch_model.safetensors'), 100_000)),
    ],
    [
      'a tokenizer without the word',
      /the vocabulary has no 'id<\/w>'/,
      () =>
        changed((copy) =>
          writeFile(
            join(copy, 'tokenizer/vocab.json'),
            '{"<|startoftext|>":1,"<|endoftext|>":2,"photo</w>":5,"of</w>":6,"a</w>":7}',
          ),
        ),
    ],
    [
      'a tokenizer of more words',
      /'id<\/w>' has the number 60, the encoder knows 60 words/,
      () =>
        changed((copy) =>
          writeFile(
            join(copy, 'tokenizer/vocab.json'),
            '{"<|startoftext|>":1,"<|endoftext|>":2,"id</w>":60}',
          ),
        ),
    ],
    [
      'no tokenizer, and another number of words than CLIP has',
      /knows 60 words, CLIP's vocabulary has 49408/,
      () => changed((copy) => rm(join(copy, 'tokenizer'), { recursive: true })),
    ],
  ])('%s is refused by name', async (_, message, make) => {
    const copy = await make()
    const failing = importDiffusion({ ...tiny, folder: copy, out: join(copy, 'out.onnx') })
    await expect(failing).rejects.toThrow(InputError)
    await expect(failing).rejects.toThrow(message)
  })

  test('a LoRA for other layers, or of matrices that do not fit, is refused by name', () => {
    const tensor = (...shape: number[]) => {
      const size = shape.reduce((product, n) => product * n, 1)
      return { shape, size, readFloat32: () => new Float32Array(size) }
    }
    const weights = new Map([['block.to_q.weight', tensor(4, 6)]])
    const merge = (layers: Record<string, ReturnType<typeof tensor>>) =>
      mergeLora(weights, new Map(Object.entries(layers)), 1, 'x')
    const pair = (name: string, down: number[], up: number[]) => ({
      [`${name}.lora_down.weight`]: tensor(...down),
      [`${name}.lora_up.weight`]: tensor(...up),
    })
    expect(merge(pair('lora_unet_block_to_q', [2, 6], [4, 2])).layers).toBe(1)
    expect(() => merge(pair('lora_te_block_to_q', [2, 6], [4, 2]))).toThrow(
      /'lora_te_block_to_q', a layer that the network doesn't have/,
    )
    expect(() => merge(pair('lora_unet_block_to_q', [3, 6], [4, 2]))).toThrow(/of rank 3 and 2/)
    expect(() => merge(pair('lora_unet_block_to_q', [2, 5], [4, 2]))).toThrow(
      /doesn't fit a weight of \[4, 6\]/,
    )
    expect(() => merge({ 'block.to_q.hada_w1_a': tensor(1) })).toThrow(/no part of a low-rank adaptation/)
  })
})

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { FeatureCache } from '../../src/features/index.js'
import { importDiffusion } from '../../src/models/diffusion/import-diffusion.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { silent } from '../../src/progress.js'
import { renderReport } from '../../src/report/index.js'
import type { Results } from '../../src/results/schema.js'
import { demoWorld, firstOf, loadSpec, readPathsFile, runSpec } from '../../src/run/index.js'
import { writeScrfd } from '../models/detectors/networks.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const at = (name: string) => join(folder, name)
const TINY = new URL('../models/diffusion/reference.py', import.meta.url).pathname

/** benchmarks/generators.yaml in miniature, with the demo's Vec2Face, networks and rendered faces. */
const SPEC = `name: generators
title: Vec2Face and a tiny Arc2Face
seed: 0
datasets:
  - id: vec2face
    name: Vec2Face
    generate: { generator: demo-generator, identityFeatures: demo-identity-features, identities: 3, maxSimilarity: 0.3, images: 4 }
    measure: &measured
      frechet: { features: demo-fid, reference: crops, images: 12 }
      separability: { recognisers: [demo-recogniser-b], thresholds: [0.4] }
      speed: { batches: [1], repeats: 5 }
  - id: arc2face
    name: Arc2Face with LCM-LoRA, 4 steps
    generate:
      generator: arc2face-generator
      identityFeatures: vectors
      identities: 3
      maxSimilarity: 0.9
      images: 4
      align: { detector: face-detector }
    measure: *measured
`

/** Where the networks of the spec lie, and a set of crops to compare with. */
const PATHS = `models: { arc2face-generator: models/arc2face.onnx, face-detector: detector.onnx }
datasets: { vectors: vectors.npy, crops: made/folder }
`

describe.skipIf(!pythonHas('torch'))('a tiny Arc2Face of random weights (skipped without PyTorch)', () => {
  let results: Results

  beforeAll(async () => {
    execFileSync(PYTHON, [TINY, folder])
    await importDiffusion({
      folder,
      featureSize: 16,
      lora: at('lora.safetensors'),
      out: at('models/arc2face.onnx'),
    })
    await writeScrfd(at('detector.onnx'))
    const draft = draftDescriptor(at('detector.onnx'), await readPorts(at('detector.onnx')))
    await writeFile(at('detector.yaml'), JSON.stringify(draft))
    await writeFile(at('generators.yaml'), SPEC)
    await writeFile(at('paths.yaml'), PATHS)
    await writeCrops()
    results = await runSpec(await loadSpec(at('generators.yaml')), {
      sources: firstOf([await readPathsFile(at('paths.yaml')), demoWorld]),
      session: { provider: 'cpu', threads: 1 },
      cacheFolder: at('cache'),
      cache: new FeatureCache(at('cache/features')),
      progress: silent,
      command: [],
      log: () => {},
    })
  }, 120_000)

  it('is imported, generates, is aligned, and is measured as Vec2Face is', () => {
    expect(results.missing).toEqual([])
    const [vec2face, arc2face] = results.datasets
    const measured = ({ metrics }: typeof arc2face) => metrics.map(({ family }) => family).sort()
    expect(measured(arc2face)).toEqual(measured(vec2face))
    expect(measured(arc2face)).toEqual(expect.arrayContaining(['imagesPerSecond', 'separable']))
    for (const { value } of arc2face.metrics) expect(Number.isFinite(value)).toBe(true)
  })

  it('has the parameters of all its networks, and a crop of every image', () => {
    const stored = ['arc2face', 'vae'].map((part) => {
      const file = readFileSync(at(`${part}/diffusion_pytorch_model.safetensors`))
      const head = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString())
      return Object.values<{ shape: number[] }>(head)
        .map(({ shape }) => shape.reduce((product, n) => product * n, 1))
        .reduce((a, b) => a + b)
    })
    const { metrics, images } = results.datasets[1]
    const parameters = metrics.find(({ family }) => family === 'generator parameters')?.value
    expect(parameters).toBeGreaterThan(stored[0] + stored[1])
    expect(images).toBe(12)
  })

  it('has a report with both side by side', async () => {
    const files = await renderReport([results], ['html', 'markdown', 'csv'])
    const report = String(files.get('report.md'))
    expect(report).toContain('Vec2Face')
    expect(report).toContain('Arc2Face with LCM-LoRA, 4 steps')
    expect([...files.keys()]).toContain('index.html')
  })
})

/** Twelve rendered faces, aligned. */
async function writeCrops(): Promise<void> {
  const { generateDataset } = await import('../../src/generate/generate-dataset.js')
  await generateDataset(
    {
      generator: 'models/demo/demo-generator.yaml',
      identities: 'models/demo/demo-identity-features.npy',
      count: 3,
      imagesPerIdentity: 4,
      sigmas: [{ sigma: 0.5, share: 1 }],
      seed: 9,
    },
    at('made'),
    { formats: ['folder'], threads: 1, progress: silent },
  )
}

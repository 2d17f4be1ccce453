/**
 * Feature extraction against the bare inference calls: the same network, images and threads, in turn in one process.
 * Decoding and preprocessing should cost nothing of their own.
 *
 *     npx tsc -p tsconfig.bench.json && node build/benchmarks/perf/extraction.js MODEL.onnx PAIRS [--repeats N]
 */
import ort from 'onnxruntime-node'
import {
  draftDescriptor,
  extractFeatures,
  loadModel,
  ModelSession,
  openTestSet,
  readPorts,
  requireRole,
} from '../../src/index.js'

const [modelPath, pairsPath, repeats = '5'] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const draft = draftDescriptor(modelPath, await readPorts(modelPath))
const session = await ModelSession.open(requireRole(await loadModel(modelPath, draft), 'recogniser'))
const testSet = await openTestSet(pairsPath)
const { input, batch } = {
  ...session.model.descriptor,
  batch: Math.min(32, session.model.descriptor.batch.max),
}

async function bare(): Promise<number> {
  const shape = [batch, 3, ...input.size]
  const tensor = new ort.Tensor('float32', new Float32Array(batch * 3 * input.size[0] * input.size[1]), shape)
  const started = performance.now()
  for (let image = 0; image < testSet.imageCount; image += batch) await session.run({ [input.name]: tensor })
  return performance.now() - started
}

async function extraction(): Promise<number> {
  const started = performance.now()
  await extractFeatures(session, testSet, { mirrored: false })
  return performance.now() - started
}

await bare()
const ratios: number[] = []
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  const inference = await bare()
  const whole = await extraction()
  ratios.push(whole / inference)
  console.log(
    `${testSet.imageCount} images: bare ${(inference / 1000).toFixed(2)} s, extraction ${(whole / 1000).toFixed(2)} s, ratio ${(whole / inference).toFixed(3)}`,
  )
}
ratios.sort((a, b) => a - b)
console.log(`median ratio ${ratios[Math.floor(ratios.length / 2)].toFixed(3)}`)
await session.close()
await testSet.close()

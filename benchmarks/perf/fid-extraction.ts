/**
 * Features for FID from image files (decoded, resized to 299, brought through the network) against PyTorch's forward
 * pass of the same network alone, on images that are ready in memory; in turn in one run, on the same cores.
 *
 * node build/benchmarks/perf/fid-extraction.js [batch, 16] [rounds, 5]
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import sharp from 'sharp'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { datasetFeatures } from '../../src/features/dataset-features.js'
import { importCheckpoint } from '../../src/models/import.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { packageFile } from '../../src/program.js'
import { RandomStream } from '../../src/random/philox.js'

const [batch = 16, rounds = 5] = process.argv.slice(2).map(Number)
const SIDE = 112
const BATCHES = 3

async function writeImages(folder: string): Promise<void> {
  await mkdir(join(folder, 'images', '0'), { recursive: true })
  const random = new RandomStream(1, 'fid extraction benchmark')
  for (let image = 0; image < batch * BATCHES; image++) {
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.nextInt(256))
    const jpeg = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .jpeg()
      .toBuffer()
    await writeFile(join(folder, 'images', '0', `${image}.jpg`), jpeg)
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

const folder = await mkdtemp(join(tmpdir(), 'fid-extraction-'))
try {
  await writeImages(folder)
  const script = packageFile('benchmarks/perf/fid-extraction.py').pathname
  const args = [script, folder, String(batch), String(availableParallelism())]
  const peer = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
  await answers.next()
  const onnx = join(folder, 'inception.onnx')
  await importCheckpoint({ checkpoint: join(folder, 'inception.pth'), out: onnx })
  const session = await ModelSession.open(requireRole(await loadModel(onnx), 'features'))
  const dataset = await openDataset(join(folder, 'images'))
  const ours: number[] = []
  const theirs: number[] = []
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    let seconds = 0
    for (let i = 0; i < BATCHES; i++) {
      peer.stdin.write('\n')
      seconds += Number((await answers.next()).value)
    }
    const start = performance.now()
    let images = 0
    const range = { start: 0, end: batch * BATCHES }
    for await (const { identities } of datasetFeatures(session, dataset, range, { batch })) {
      images += identities.length
    }
    if (round === 0) continue
    theirs.push((batch * BATCHES) / seconds)
    ours.push(images / ((performance.now() - start) / 1000))
  }
  peer.stdin.end()
  await session.close()
  await dataset.close()
  console.log(
    `images/s, median of ${rounds} rounds of ${batch * BATCHES} in batches of ${batch}: from JPEG files here ${median(ours).toFixed(2)}, ` +
      `PyTorch's forward pass alone ${median(theirs).toFixed(2)}; ratio of medians ${(median(ours) / median(theirs)).toFixed(2)}`,
  )
} finally {
  await rm(folder, { recursive: true })
}

import { spawnSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { importCheckpoint } from '../../src/models/import.js'
import { readGraph } from '../../src/onnx/read-graph.js'
import { PYTHON, pythonHas } from '../python.js'
import { someOf } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { shared } from '../shared.js'
import { expectSlopeAlongDirections } from './directions.js'

const folder = scratchFolder()
const checkpoints = shared('checkpoints')
const hasTorch = pythonHas('torch', 'torchvision', 'onnx')

async function imported(checkpoint: string): Promise<string> {
  const out = join(folder, `${basename(checkpoint, '.pth')}.onnx`)
  await importCheckpoint({ checkpoint, out, heads: { encoder: 4, decoder: 6 } })
  return out
}

/** Inputs and, of the weights, the first kernel and a vector. */
async function check(path: string): Promise<void> {
  const graph = readGraph(path)
  expect(graph.nodes.length).toBeGreaterThan(0)
  await expectSlopeAlongDirections(path, join(folder, `gradient-${basename(path)}`), { batch: 2 })
}

describe('the gradient of every network that the importer knows passes onnx and is the slope', () => {
  it.skipIf(!checkpoints).each(['vec2face-tiny', 'iresnet-tiny-normal', 'iresnet-tiny-se'])(
    '%s (skipped where shared/checkpoints is absent)',
    async (name) => check(await imported(join(checkpoints ?? '', `${name}.pth`))),
  )

  const ofTorch: [string, string[]][] = [
    ['sixdrepnet', ['sixdrepnet-training', 'sixdrepnet-deployed']],
    ['inception', ['inception']],
  ]
  it.skipIf(!hasTorch).each(someOf(ofTorch, 1))(
    '%s (skipped without torch and torchvision)',
    async (name, files) => {
      const script = fileURLToPath(new URL('../networks/reference.py', import.meta.url))
      const { status, stderr } = spawnSync(PYTHON, [script, name, folder], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      for (const file of files) await check(await imported(join(folder, `${file}.pth`)))
    },
    600_000,
  )
})

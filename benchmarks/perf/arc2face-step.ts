/**
 * One call of Arc2Face's UNet and one of its VAE decoder on the processor, at their official sizes with random weights, against
 * diffusers on PyTorch, in turn in one run: seconds, those of an image of 4 steps, and the most memory of either process.
 * The folder holds 9 GB of weights afterwards.
 *
 * node build/benchmarks/perf/arc2face-step.js --diffusers CHECKOUT_OF_V0.23/src --folder SCRATCH [--threads 2] [--repeats 3]
 *   [--python /usr/bin/python3]
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { parseConfig, readPart } from '../../src/models/diffusion/diffusers-folder.js'
import { writeNetwork } from '../../src/models/diffusion/write-network.js'
import { buildUnet } from '../../src/networks/diffusion/unet.js'
import { unetConfigSchema } from '../../src/networks/diffusion/unet-config.js'
import { buildVaeDecoder, vaeConfigSchema } from '../../src/networks/diffusion/vae-decoder.js'
import { Runtime, runtimeTensor, type Tensors } from '../../src/onnx/runtime.js'

const { values } = parseArgs({
  options: {
    diffusers: { type: 'string' },
    folder: { type: 'string' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const { diffusers, folder, threads, python } = values
if (diffusers === undefined || folder === undefined) throw new Error('--diffusers and --folder are needed')
const TOKENS = 77
const STEPS = 4
const script = new URL('../../../benchmarks/perf/arc2face-step.py', import.meta.url).pathname
const networks = { unet: join(folder, 'unet.onnx'), vae: join(folder, 'vae.onnx') }

mkdirSync(folder, { recursive: true })
if (!existsSync(join(folder, 'vae', 'config.json')))
  execFileSync(python, [script, 'write', diffusers, folder], { stdio: 'inherit' })
if (!existsSync(networks.vae)) await writeNetworks(folder)

async function writeNetworks(from: string): Promise<void> {
  const [unet, vae] = [
    await readPart(join(from, 'unet'), 'the UNet'),
    await readPart(join(from, 'vae'), 'the VAE'),
  ]
  await writeNetwork(
    unet.weights,
    networks.unet,
    (g, weights) => buildUnet(g, weights, parseConfig(unet, unetConfigSchema), TOKENS),
    {},
  )
  await writeNetwork(
    vae.weights,
    networks.vae,
    (g, weights) => buildVaeDecoder(g, weights, parseConfig(vae, vaeConfigSchema), 64),
    {},
  )
}

const zeros = (...shape: number[]) =>
  runtimeTensor('float32', new Float32Array(shape.reduce((a, b) => a * b)), shape)
const INPUTS: Readonly<Record<'unet' | 'vae', Tensors>> = {
  unet: {
    sample: zeros(1, 4, 64, 64),
    timestep: runtimeTensor('float32', Float32Array.of(999), [1]),
    condition: zeros(1, TOKENS, 768),
  },
  vae: { latent: zeros(1, 4, 64, 64) },
}

interface Taken {
  readonly wall: number
  readonly busy: number
}

const peer = spawn(python, [script, 'time', diffusers, folder, threads], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
const ask = async (line: string): Promise<number[]> => {
  peer.stdin.write(`${line}\n`)
  return String((await answers.next()).value)
    .split(' ')
    .map(Number)
}
await answers.next()
const open = (path: string) => Runtime.open(path, { threads: Number(threads) })
const runtimes = { unet: await open(networks.unet), vae: await open(networks.vae) }

async function ours(part: 'unet' | 'vae'): Promise<Taken> {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  await runtimes[part].run(INPUTS[part])
  const { user, system } = process.cpuUsage(cpu)
  return { wall: (performance.now() - start) / 1000, busy: (user + system) / 1e6 }
}

const taken = { ours: { unet: [], vae: [] }, theirs: { unet: [], vae: [] } } as Record<
  'ours' | 'theirs',
  Record<'unet' | 'vae', Taken[]>
>
// The first turn warms up.
for (let repeat = 0; repeat <= Number(values.repeats); repeat++) {
  for (const part of ['unet', 'vae'] as const) {
    const [wall, busy] = await ask(part)
    const own = await ours(part)
    if (repeat === 0) continue
    taken.theirs[part].push({ wall, busy })
    taken.ours[part].push(own)
  }
}
const [memory] = await ask('memory')
peer.stdin.end()

const least = (side: 'ours' | 'theirs', part: 'unet' | 'vae', of: keyof Taken): number =>
  Math.min(...taken[side][part].map((one) => one[of]))
const median = (side: 'ours' | 'theirs', part: 'unet' | 'vae', of: keyof Taken): number =>
  taken[side][part].map((one) => one[of]).toSorted((a, b) => a - b)[taken[side][part].length >> 1]
for (const of of ['wall', 'busy'] as const) {
  for (const part of ['unet', 'vae'] as const)
    console.log(
      `${part}, ${of}: least ${least('ours', part, of).toFixed(2)} s, PyTorch ${least('theirs', part, of).toFixed(2)}; median ${median('ours', part, of).toFixed(2)}, PyTorch ${median('theirs', part, of).toFixed(2)}`,
    )
  const image = (side: 'ours' | 'theirs') => STEPS * least(side, 'unet', of) + least(side, 'vae', of)
  console.log(
    `image of ${STEPS} steps, ${of}: ${image('ours').toFixed(1)} s, PyTorch ${image('theirs').toFixed(1)} (${(image('theirs') / image('ours')).toFixed(2)} times)`,
  )
}
const own = process.resourceUsage().maxRSS * 1024
console.log(`most memory: ${(own / 2 ** 30).toFixed(1)} GiB, PyTorch ${(memory / 2 ** 30).toFixed(1)} GiB`)
for (const runtime of Object.values(runtimes)) await runtime.close()

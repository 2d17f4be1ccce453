import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { zipSync } from 'fflate'
import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeNpy } from '../src/arrays/npy.js'
import { decodeNpz } from '../src/arrays/npz.js'
import { MemorySource } from '../src/bytes/byte-source.js'
import { readText } from '../src/bytes/files.js'
import { decodeImage } from '../src/images/image-decoding.js'
import { parseJson } from '../src/json.js'
import { raised, raiseLimits } from '../src/limits.js'
import { readPickle } from '../src/pickle/read-pickle.js'
import { cli, isOneClearLine } from './cli/cli.js'
import { scratchFolder } from './scratch.js'

const folder = scratchFolder()

afterEach(() => raiseLimits(1))

/** Statistics of zeros: small packed, 72 MB unpacked. */
function zeros(): Uint8Array {
  const n = 3000
  return zipSync({
    'mu.npy': encodeNpy({ type: '<f8', shape: [n], data: new Float64Array(n) }),
    'sigma.npy': encodeNpy({ type: '<f8', shape: [n, n], data: new Float64Array(n * n) }),
  })
}

const RAISE = /if you trust it, let it take more with --limits 4/

describe('a limit is raised as many times as the user says', () => {
  test('.npz', () => {
    const bytes = zeros()
    expect(() => decodeNpz(bytes, ['sigma'], 'a.npz')).toThrow(RAISE)
    raiseLimits(2)
    expect(decodeNpz(bytes, ['sigma'], 'a.npz').arrays.get('sigma')?.shape).toEqual([3000, 3000])
  })

  test('pickle', () => {
    const bytes = Buffer.from(`\x80\x04(${'N'.repeat(150)}l.`, 'latin1')
    const read = () => readPickle(new MemorySource(bytes, 'a.pkl'), { maxValues: 100 })
    expect(read).toThrow(RAISE)
    raiseLimits(2)
    expect(read().value).toHaveLength(150)
  })

  test('image', async () => {
    const image = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const maps = [image, Buffer.concat([Buffer.from('P6 20 20 255\n'), Buffer.alloc(1200)])]
    for (const bytes of maps) await expect(decodeImage(bytes, 'a.png', { limit: 300 })).rejects.toThrow(RAISE)
    raiseLimits(1.5)
    for (const bytes of maps)
      expect((await decodeImage(bytes, 'a.png', { limit: 300 })).data).toHaveLength(1200)
  })

  test('text of a kind that is short, and values of JSON', async () => {
    const path = join(folder, 'long.yaml')
    writeFileSync(path, ' '.repeat(150))
    const json = `[${'[],'.repeat(800_000)}1]`
    await expect(readText(path, 100)).rejects.toThrow(RAISE)
    expect(parseJson(json)).toBeUndefined()
    raiseLimits(2)
    expect(await readText(path, 100)).toHaveLength(150)
    expect(parseJson(json)).toHaveLength(800_001)
  })
})

test('threads are told', async () => {
  raiseLimits(3)
  expect(raised(10)).toBe(30)
  const source = 'require("node:worker_threads").parentPort.postMessage(process.env.VEC2FACE_BENCH_LIMITS)'
  const worker = new Worker(source, { eval: true })
  expect(await new Promise((resolve) => worker.once('message', resolve))).toBe('3')
})

test('a command has the flag', () => {
  const path = join(folder, 'zeros.npz')
  writeFileSync(path, zeros())
  const fid = ['metrics', 'fid', '--stats', path, path]
  const refused = cli(...fid)
  expect(isOneClearLine(refused)).toBe(true)
  expect(refused.stderr).toMatch(RAISE)
  expect(cli(...fid, '--limits', '2').status).toBe(0)
  expect(cli(...fid, '--limits', '0').stderr).toContain('a number from 1 to 1000 is needed')
}, 60_000)

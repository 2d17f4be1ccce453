import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { decodeNpz, encodeNpz, readNpz } from '../../src/arrays/npz.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const hasNumPy = pythonHas('numpy')
const folder = scratchFolder()
const file = (name: string) => join(folder, name)

const arrays = {
  mu: { type: '<f8', shape: [3], data: Float64Array.of(1, 2.5, -3) },
  sigma: { type: '<f8', shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) },
  images: { type: '<i8', shape: [], data: BigInt64Array.of(12n) },
} as const

describe('arrays of a .npz', () => {
  test('come back as they were written', () => {
    const { names, arrays: found } = decodeNpz(encodeNpz(arrays), ['mu', 'sigma', 'images'], 'a.npz')
    expect(names).toEqual(['mu', 'sigma', 'images'])
    expect(Object.fromEntries(found)).toEqual(arrays)
  })

  test('that are not asked for are named and left packed', () => {
    const { names, arrays: found } = decodeNpz(encodeNpz(arrays), ['mu'], 'a.npz')
    expect(names).toEqual(['mu', 'sigma', 'images'])
    expect([...found.keys()]).toEqual(['mu'])
  })

  test('make the same bytes every time', () => {
    expect(encodeNpz(arrays)).toEqual(encodeNpz(arrays))
  })

  test.skipIf(!hasNumPy)('are read from numpy.savez and numpy.savez_compressed (needs python3)', async () => {
    const script =
      'import numpy as np,sys;a=dict(mu=np.arange(5.),sigma=np.asfortranarray(np.arange(6.).reshape(2,3)));np.savez(sys.argv[1],**a);np.savez_compressed(sys.argv[2],**a)'
    spawnSync(PYTHON, ['-c', script, file('plain.npz'), file('packed.npz')])
    for (const name of ['plain.npz', 'packed.npz']) {
      const { arrays: found } = await readNpz(file(name), ['mu', 'sigma'])
      expect(found.get('mu')?.data).toEqual(Float64Array.of(0, 1, 2, 3, 4))
      expect(found.get('sigma')).toEqual({
        type: '<f8',
        shape: [2, 3],
        data: Float64Array.of(0, 1, 2, 3, 4, 5),
      })
    }
  })

  test.skipIf(!hasNumPy)('are read by numpy.load (needs python3)', () => {
    writeFileSync(file('ours.npz'), encodeNpz(arrays))
    const script =
      'import numpy as np,sys;f=np.load(sys.argv[1]);print(f["mu"].tolist(),f["sigma"].tolist(),int(f["images"]))'
    const { stdout } = spawnSync(PYTHON, ['-c', script, file('ours.npz')], { encoding: 'utf8' })
    expect(stdout.trim()).toBe('[1.0, 2.5, -3.0] [[1.0, 2.0], [3.0, 4.0]] 12')
  })
})

describe('refused with one message', () => {
  test('another kind of file', () => {
    expect(() => decodeNpz(encodeNpy(arrays.mu), [], 'a.npy')).toThrow('a.npy: not a .npz file')
  })

  test('a missing file', async () => {
    await expect(readNpz(file('none.npz'), [])).rejects.toThrow('no such file')
  })

  test('a file cut short, wherever the cut is', () => {
    const whole = encodeNpz(arrays)
    for (let length = 2; length < whole.length; length += 7) {
      expect(() => decodeNpz(whole.subarray(0, length), ['mu', 'sigma'], 'a.npz')).toThrow(
        'a.npz: the .npz is cut short or damaged',
      )
    }
  })

  test('more bytes than allowed, before anything is unpacked', () => {
    const bomb = zipSync({ 'mu.npy': new Uint8Array(2 ** 24) })
    expect(bomb.length).toBeLessThan(2 ** 16)
    expect(() => decodeNpz(bomb, ['mu'], 'bomb.npz', 2 ** 20)).toThrow('unpack to more than 1048576 bytes')
  })

  test('numbers that take more once they are decoded', () => {
    const halves = zipSync({
      'x.npy': [
        Buffer.concat([
          Buffer.from('\x93NUMPY\x01\x00\x40\x00', 'latin1'),
          Buffer.from("{'descr': '<f2', 'fortran_order': False, 'shape': (1000,)}".padEnd(64)),
          Buffer.alloc(2000),
        ]),
        { level: 0 },
      ],
    })
    expect(decodeNpz(halves, ['x'], 'half.npz', 4000).arrays.get('x')?.data).toHaveLength(1000)
    expect(() => decodeNpz(halves, ['x'], 'half.npz', 3999)).toThrow('unpack to more than 3999 bytes')
  })

  test('an entry that declares more than its packed form can hold', () => {
    const bomb = Buffer.from(zipSync({ 'mu.npy': new Uint8Array(2 ** 10) }))
    const directory = bomb.lastIndexOf('PK\x01\x02', undefined, 'latin1')
    bomb.writeUInt32LE(2 ** 29, directory + 24)
    expect(() => decodeNpz(bomb, ['mu'], 'bomb.npz')).toThrow('or than their packed form can hold')
  })

  test('an entry that declares less than it unpacks to gets no more than it declares', () => {
    const bomb = Buffer.from(zipSync({ 'mu.npy': new Uint8Array(2 ** 24) }))
    const directory = bomb.lastIndexOf('PK\x01\x02', undefined, 'latin1')
    bomb.writeUInt32LE(64, directory + 24)
    const before = process.memoryUsage().arrayBuffers
    expect(() => decodeNpz(bomb, ['mu'], 'bomb.npz')).toThrow('bomb.npz')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22)
  })

  test('random damage ends in a message, never in another error', () => {
    const whole = encodeNpz(arrays)
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice()
      damaged[at] ^= 0x5a
      try {
        decodeNpz(damaged, ['mu', 'sigma', 'images'], 'a.npz')
      } catch (error) {
        expect(String(error)).toMatch(/^InputError: a\.npz/)
      }
    }
  })

  test('a file as Python leaves it when it is killed while it writes', async () => {
    writeFileSync(file('killed.npz'), Buffer.from(encodeNpz(arrays)).subarray(0, 150))
    expect(readFileSync(file('killed.npz')).length).toBe(150)
    await expect(readNpz(file('killed.npz'), ['mu'])).rejects.toThrow(
      'cut short or damaged; copy the file again',
    )
  })
})

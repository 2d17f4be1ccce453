import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { strToU8 } from 'fflate'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../src/checkpoint/checkpoint.js'
import { InputError } from '../../src/errors.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFiles, scratchFolder } from '../scratch.js'
import { tensors } from './read-tensors.js'

const folder = scratchFolder()
const file = scratchFiles(folder)

describe.skipIf(!pythonHas('torch'))("what PyTorch writes (skipped where Debian's torch is absent)", () => {
  const script = `
import sys, argparse, collections, torch
t = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
state = collections.OrderedDict()
for name in ['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'int16', 'int8', 'uint8']:
    state[name] = (t[0, 0] - (0 if name == 'uint8' else 2)).to(getattr(torch, name))
state['bool'] = torch.tensor([True, False])
state['transposed'] = t.permute(2, 0, 1)
state['slice'] = t[1, 1:, ::2]
state['scalar'] = torch.tensor(2.5)
state['empty'] = torch.zeros(0, 3)
parameter = torch.nn.Parameter(t[0])
checkpoint = {'model': state, 'nested': {'deep': {'p': parameter}}, 'epoch': 3, 'args': argparse.Namespace(lr=0.1),
  'optimizer': {'state': {0: {'exp_avg': t}}, 'param_groups': [{'lr': 0.1, 'params': [0]}]}}
torch.save(checkpoint, sys.argv[1] + '/new.pth')
torch.save(checkpoint, sys.argv[1] + '/old.pth', _use_new_zipfile_serialization=False)
`
  it('both formats, every type, views, and what training keeps beside the weights', () => {
    const { status, stderr } = spawnSync(PYTHON, ['-c', script, folder], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    for (const name of ['new.pth', 'old.pth']) {
      const path = join(folder, name)
      const checkpoint = openCheckpoint(path)
      expect([...checkpoint.stateDicts.keys()]).toEqual(['model', 'nested.deep'])
      expect(checkpoint.format).toBe(name === 'new.pth' ? 'PyTorch' : 'PyTorch before 1.6')
      checkpoint.close()
      const model = tensors(path, 'model')
      for (const type of ['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'int16', 'int8']) {
        expect(model[type]).toEqual({ type, shape: [4], values: [-2, -1, 0, 1] })
      }
      expect(model.uint8.values).toEqual([0, 1, 2, 3])
      expect(model.bool.values).toEqual([1, 0])
      expect(model.transposed).toMatchObject({
        shape: [4, 2, 3],
        values: [0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23],
      })
      expect(model.slice).toMatchObject({ shape: [2, 2], values: [16, 18, 20, 22] })
      expect(model.scalar).toMatchObject({ shape: [], values: [2.5] })
      expect(model.empty).toMatchObject({ shape: [0, 3], values: [] })
      expect(tensors(path, 'nested.deep').p.values).toEqual(Array.from({ length: 12 }, (_, i) => i))
    }
  })
})

describe('safetensors', () => {
  const written = (header: object, data: Uint8Array) => {
    const json = strToU8(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(json.length))
    return Buffer.concat([length, json, data])
  }
  const data = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)

  it('names, shapes and numbers', () => {
    const header = {
      __metadata__: { format: 'pt' },
      w: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    }
    expect(tensors(file('a.safetensors', written(header, data)))).toEqual({
      w: { type: 'float32', shape: [2, 2], values: [1, 2, 3, 4] },
    })
  })

  it.each([
    [
      'a tensor outside the file',
      { w: { dtype: 'F32', shape: [2, 4], data_offsets: [0, 32] } },
      /'w' lies outside the file/,
    ],
    [
      'a shape larger than its bytes',
      { w: { dtype: 'F32', shape: [2, 4], data_offsets: [0, 16] } },
      /\[2, 4\] lies outside/,
    ],
    ['another header', { w: 3 }, /header of this safetensors file is not understood/],
    [
      'more dimensions than a tensor has',
      { w: { dtype: 'F32', shape: Array(65).fill(1), data_offsets: [0, 4] } },
      /header of this safetensors file is not understood/,
    ],
  ])('%s', (_, header, message) => {
    const path = file('bad.safetensors', written(header, data))
    expect(() => openCheckpoint(path)).toThrow(InputError)
    expect(() => openCheckpoint(path)).toThrow(message)
  })
})

describe('a checkpoint of before PyTorch 1.6 with storages of types that are not read', () => {
  const tensor = (key: string, type: string) =>
    `ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\n${type}\nX\x01\x00\x00\x00${key}X\x03\x00\x00\x00cpuK\x02NtQK\x00K\x02\x85K\x01\x85\x89}tR`
  const storage = (bytes: number) => `\x02\x00\x00\x00\x00\x00\x00\x00${'\x00\x00\x80\x3f'.repeat(bytes / 4)}`
  const legacy = (type: string, size: number) =>
    Buffer.from(
      `\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}X\x0d\x00\x00\x00little_endian\x88s.` +
        `\x80\x02}(X\x01\x00\x00\x00c${tensor('0', type)}X\x01\x00\x00\x00w${tensor('1', 'FloatStorage')}u.` +
        `\x80\x02](X\x01\x00\x00\x000X\x01\x00\x00\x001e.${storage(2 * size)}${storage(8)}`,
      'latin1',
    )

  it('steps over complex numbers and reads the rest', () => {
    const path = file('complex.pth', legacy('ComplexFloatStorage', 8))
    expect(tensors(path).w.values).toEqual([1, 1])
    const checkpoint = openCheckpoint(path)
    expect(checkpoint.unread).toEqual([{ place: 'c', name: expect.stringMatching(/torch/) }])
    checkpoint.close()
  })

  it('names a type whose size nobody knows', () => {
    const path = file('strange.pth', legacy('StrangeStorage', 4))
    expect(() => openCheckpoint(path)).toThrow(
      "holds a storage of type 'torch.StrangeStorage', which is not read here; save it again",
    )
  })
})

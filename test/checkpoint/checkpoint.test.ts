import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { toFloat16, toFloat32 } from '../../src/arrays/element-types.js'
import { openCheckpoint } from '../../src/checkpoint/checkpoint.js'
import { chooseNetwork } from '../../src/checkpoint/choose-network.js'
import { findNetworks } from '../../src/checkpoint/find-networks.js'
import { InputError } from '../../src/errors.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** The tensors of the first state dict, as lists of numbers. */
function tensors(
  path: string,
  place = '',
): Record<string, { type: string; shape: readonly number[]; values: number[] }> {
  const checkpoint = openCheckpoint(path)
  const state = checkpoint.stateDicts.get(place) ?? new Map()
  const found = Object.fromEntries(
    [...state].map(([name, t]) => [name, { type: t.type, shape: t.shape, values: [...t.readFloat32()] }]),
  )
  checkpoint.close()
  return found
}

/** A storage of two floats and a tensor of the given pickled sizes, as torch.save writes them. */
function torchPickle(tensor: string): Uint8Array {
  return Buffer.from(
    `\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQ${tensor}\x89}tRs.`,
    'latin1',
  )
}
const archive = (pickle: Uint8Array, storage = new Uint8Array(8), level: 0 | 9 = 0) =>
  zipSync({ 'a/data.pkl': pickle, 'a/data/0': storage }, { level })

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

describe('hostile checkpoints', () => {
  const good = 'K\x00(K\x02t(K\x01t'

  it('the same archive without harm is read', () => {
    const path = file('good.pth', archive(torchPickle(good), new Uint8Array(Float32Array.of(5, 6).buffer)))
    expect(tensors(path)).toEqual({ w: { type: 'float32', shape: [2], values: [5, 6] } })
  })

  it.each([
    [
      'a call of os.system',
      archive(Buffer.from('cposix\nsystem\n(Vecho\ntR.')),
      /names 'posix\.system'.*nothing was run/,
    ],
    [
      'a zip bomb',
      archive(torchPickle(good), new Uint8Array(1 << 20), 9),
      /compressed or encrypted in this archive/,
    ],
    [
      'a tensor beyond its storage',
      archive(torchPickle('K\x01(K\x02t(K\x01t')),
      /lies outside its storage of 2 numbers/,
    ],
    [
      'a tensor of 10^12 numbers in two',
      archive(torchPickle('K\x00(J\x00\x00\x10\x00J\x00\x00\x10\x00t(K\x00K\x00t')),
      /lies outside its storage/,
    ],
    [
      'a negative stride',
      archive(torchPickle('K\x00(K\x02t(J\xff\xff\xff\xfft')),
      /lies outside its storage/,
    ],
    [
      'a storage that is cut',
      archive(torchPickle(good), new Uint8Array(4)),
      /storage '0' of 8 bytes is cut to 4/,
    ],
    [
      'an archive of something else',
      zipSync({ 'readme.txt': strToU8('hello') }, { level: 0 }),
      /without data\.pkl/,
    ],
    ['no checkpoint', strToU8('hello, world, this is text'), /not a checkpoint/],
    ['an empty file', new Uint8Array(), /the file is empty/],
    ['no tensors', archive(Buffer.from('}.')), /holds no named tensors/],
  ])('%s', (_, bytes, message) => {
    const path = file('bad.pth', bytes)
    expect(() => openCheckpoint(path)).toThrow(InputError)
    expect(() => openCheckpoint(path)).toThrow(message)
  })
})

describe('what stands beside weights is named, left unread, and nothing of it is run', () => {
  const good = 'K\x00(K\x02t(K\x01t'
  const weights = Buffer.from(torchPickle(good)).subarray(0, -1).toString('latin1')
  const U1 =
    'cnumpy\ndtype\nX\x02\x00\x00\x00u1K\x00K\x01\x87R(K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb'
  const array = (kind: string, shape: string) =>
    `cnumpy.core.multiarray\n_reconstruct\n${kind}K\x00\x85C\x01b\x87R(K\x01${shape}${U1}\x89C\x02abtb`
  const beside = (note: string) => {
    const pickle = Buffer.from(`${weights}X\x04\x00\x00\x00note${note}s.`, 'latin1')
    const checkpoint = openCheckpoint(file('beside.pth', archive(pickle)))
    checkpoint.close()
    expect([...checkpoint.stateDicts.get('')!.keys()]).toEqual(['w'])
    return checkpoint.unread
  }

  it.each([
    ['os.system', 'cposix\nsystem\n(Vecho\ntR', 'posix.system'],
    ['os.popen', 'cos\npopen\n(Vecho\ntR', 'os.popen'],
    ['eval', 'cbuiltins\neval\n(V1\ntR', 'builtins.eval'],
    ['an attribute of a module', 'cbuiltins\ngetattr\n(cos\nsystem\nVx\ntR', 'builtins.getattr(os.system)'],
    [
      'what that gives, called',
      'cbuiltins\ngetattr\n(cos\nsystem\nVx\ntR(Vecho\ntR',
      'builtins.getattr(os.system)',
    ],
    ['an instance with a state', '(ios\nsystem\n}b', 'os.system'],
    ['an object with keywords', 'cos\nsystem\n)}\x92', 'os.system'],
    [
      'an array of a class that is a function',
      array('cposix\nsystem\n', 'K\x02\x85'),
      'numpy.core.multiarray._reconstruct(posix.system)',
    ],
    [
      'a function run by tensors',
      'ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\ncos\nX\n)NtR',
      'torch._tensor._rebuild_from_type_v2(os.system, os.X)',
    ],
  ])('%s', (_, note, name) => {
    expect(beside(note)).toEqual([{ place: 'note', name }])
  })

  it('a list that holds itself as the arguments of its function ends', () => {
    const endless = 'ctorch._tensor\n_rebuild_from_type_v2\nq\x05](h\x05Nh\x06Ne'.replace('](', ']q\x06(')
    expect(beside(`${endless}R`)).toHaveLength(1)
  })

  it('an array whose shape is more than its bytes stays empty', () => {
    expect(beside(array('cnumpy\nndarray\n', 'J\xff\xff\xff\x7f\x85'))).toEqual([])
  })

  it("names and objects fill no memory: each costs the file's own bytes", () => {
    expect(() => beside('('.repeat(200_000))).toThrow(InputError)
    const many = `(${'cos\nsystem\n)R'.repeat(100_000)}l`
    const unread = beside(many)
    expect(unread.length).toBeLessThanOrEqual(1000)
    expect(unread[0]).toEqual({ place: 'note', name: 'os.system' })
  })
})

describe('networks are found by the key that tells them, behind any wrapper', () => {
  const path = file('good.pth', archive(torchPickle('K\x00(K\x02t(K\x01t')))
  const checkpoint = openCheckpoint(path)
  const tensor = checkpoint.stateDicts.get('')?.get('w')
  checkpoint.close()
  const stateOf = (keys: readonly string[]) => new Map(keys.map((key) => [key, tensor!]))
  const signs = new Map([
    ['one', ['first.weight']],
    ['other', ['other.weight', 'older.weight']],
  ])
  const found = (state: ReadonlyMap<string, string[]>) =>
    findNetworks({ stateDicts: new Map([...state].map(([place, keys]) => [place, stateOf(keys)])) }, signs)

  it.each(['', 'module.', 'features.', 'module.features.module.', 'a.b.net.', 'encoder._orig_mod.'])(
    "'%s', beside a margin's weight",
    (wrapper) => {
      const keys = [`${wrapper}first.weight`, `${wrapper}last.bias`, 'module.fc.kernel']
      const [network, ...others] = found(new Map([['state', keys]]))
      expect(others).toEqual([])
      expect(network).toMatchObject({ wrapper, architecture: 'one' })
      expect([...network.state.keys()].slice(0, 2)).toEqual(['first.weight', 'last.bias'])
      expect([...network.beside.keys()]).toEqual(
        ['', 'module.'].includes(wrapper) ? [] : ['module.fc.kernel'],
      )
      expect(network.key).toBe(`state.${wrapper}`.replace(/\.$/, ''))
    },
  )

  it('a key that only ends like one tells nothing; several are all found, whatever the order', () => {
    expect(found(new Map([['', ['notfirst.weight']]]))).toEqual([])
    const places: [string, string[]][] = [
      ['a', ['first.weight']],
      ['b', ['x.older.weight', 'y.first.weight']],
    ]
    const keys = (state: typeof places) =>
      found(new Map(state))
        .map(({ key }) => key)
        .sort()
    expect(keys(places)).toEqual(['a', 'b.x', 'b.y'])
    expect(keys(places.reverse())).toEqual(['a', 'b.x', 'b.y'])
  })
})

describe('element types', () => {
  it('every float16 number survives the way to float32 and back', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i)
    const back = toFloat16(toFloat32('float16', new Uint8Array(bits.buffer)))
    const differing = bits.filter(
      (value, i) => value !== back[i] && ((value & 0x7c00) !== 0x7c00 || (value & 0x3ff) === 0),
    )
    expect(differing).toHaveLength(0)
  })

  it('float32 is rounded to the nearest float16, ties to even', () => {
    const values = Float32Array.of(
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      65_519,
      65_520,
      2 ** -25,
      3 * 2 ** -25,
      -(2 ** -26),
    )
    const rounded = toFloat32('float16', new Uint8Array(toFloat16(values).buffer))
    expect([...rounded]).toEqual([1, 1 + 2 ** -9, 65_504, Number.POSITIVE_INFINITY, 0, 2 ** -23, -0])
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

describe('a tensor with a name that tells an architecture', () => {
  const checkpointOf = (shape: Record<string, number>) => ({
    path: 'x.pth',
    format: 'safetensors' as const,
    stateDicts: new Map([
      [
        '',
        new Map(
          Object.entries(shape).flatMap(([prefix, count]) =>
            Array.from(
              { length: count },
              (_, i) => [`${prefix}${i === 0 ? 'sign' : i}`, {} as never] as const,
            ),
          ),
        ),
      ],
    ]),
    unread: [],
    close: () => {},
  })
  const signs = new Map([
    ['iresnet', ['sign']],
    ['other', ['7']],
  ])

  it('is no network beside a whole one', () => {
    const { architecture, beside } = chooseNetwork(checkpointOf({ 'net.': 7, 'stray.': 1 }), signs, {})
    expect(architecture).toBe('iresnet')
    expect([...beside.keys()]).toEqual(['stray.sign'])
  })

  it('where there are few tensors of other names, no architecture is asked for', () => {
    expect(() => chooseNetwork(checkpointOf({ 'a.x': 1, 'b.x': 1 }), signs, {})).toThrow(
      /no known network: its keys are a\.xsign, b\.xsign, \.\.; no network has so few tensors: name the checkpoint of one/,
    )
  })
})

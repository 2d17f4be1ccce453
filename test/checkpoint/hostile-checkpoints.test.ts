import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../src/checkpoint/checkpoint.js'
import { InputError } from '../../src/errors.js'
import { scratchFiles } from '../scratch.js'
import { tensors } from './read-tensors.js'
import { archive, torchPickle } from './torch-archive.js'

const file = scratchFiles()

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

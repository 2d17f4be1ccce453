import { encodeMetaPages } from '../../../../src/datasets/lmdb/meta.js'
import { HOSTILE_BYTES, type HostileFile } from '../hostile-file.js'
import { LmdbPages } from '../lmdb-pages.js'

const claims = { depth: 32, branchPages: 2 ** 40, leafPages: 2 ** 40, overflowPages: 2 ** 40 }

/** `image-1` and `label-1` and so on, in their order, until the file is full. */
function apart(): Buffer {
  const count = 480_000
  const entries: [string, Buffer][] = []
  for (const what of ['image', 'label'])
    for (let i = 0; i < count; i++)
      entries.push([`${what}-${String(i).padStart(6, '0')}`, Buffer.from(what === 'image' ? 'x' : String(i))])
  return new LmdbPages().leaves(entries).file()
}

/** A file with a list of keys, a few of which are there. @param claimed entries that it says it has, where it has two */
function keyed(list: Buffer, claimed = 2): Buffer {
  const pages = new LmdbPages()
  const page = pages.overflow(list)
  return pages
    .leaves([
      ['0', Buffer.from([0x92, 0xc4, 1, 0x78, 0])],
      ['__keys__', { page, size: list.length }],
    ])
    .claiming(claimed)
    .file()
}

/** Many entries whose values are all the same pages. */
function shared(): Buffer {
  const pages = new LmdbPages()
  const image = Buffer.alloc(10_000_000)
  // The msgpack of [bytes, 0].
  Buffer.from([0x92, 0xc6]).copy(image)
  image.writeUInt32BE(image.length - 7, 2)
  const page = pages.overflow(image)
  const entries: [string, { page: number; size: number }][] = []
  for (let i = 0; i < 250_000; i++) entries.push([String(i).padStart(6, '0'), { page, size: image.length }])
  return pages.leaves(entries).file()
}

const fill = (head: Buffer, piece: Buffer, tail: Buffer): Buffer =>
  Buffer.concat([
    head,
    Buffer.alloc(Math.floor((HOSTILE_BYTES - 40_000) / piece.length) * piece.length, piece),
    tail,
  ])

/** An array of bytes as NumPy pickles it, in protocol 2's words, twice: as image and as label. */
function pickledArrays(): Buffer {
  const size = HOSTILE_BYTES - 40_000
  const length = Buffer.alloc(4)
  length.writeUInt32LE(size)
  const text = (word: string) => Buffer.from([0x58, word.length, 0, 0, 0, ...Buffer.from(word)])
  return Buffer.concat([
    Buffer.from('\x80\x03](cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n', 'latin1'),
    Buffer.from([0x4b, 0, 0x85, 0x43, 1, 0x62, 0x87, 0x52, 0x71, 0]),
    Buffer.from([0x28, 0x4b, 1, 0x4a, ...length, 0x85]),
    Buffer.from('cnumpy\ndtype\n'),
    text('u1'),
    Buffer.from([0x4b, 0, 0x4b, 1, 0x87, 0x52, 0x89, 0x42, ...length]),
    Buffer.alloc(size),
    Buffer.from([0x74, 0x62, 0x68, 0, 0x65, 0x2e]),
  ])
}

/** LMDB files. */
export const hostileLmdb: readonly HostileFile[] = [
  {
    reader: 'lmdb',
    what: 'a tree of 2^40 pages, claimed',
    make: () =>
      Buffer.concat([
        encodeMetaPages({ ...claims, entries: 2 ** 50, root: 2 ** 40 }, 2 ** 41),
        Buffer.alloc(8192),
      ]),
  },
  { reader: 'lmdb', what: '480,000 images of one byte, each of its own label', make: apart },
  {
    reader: 'lmdb',
    what: 'a pickled list of 6 million keys',
    make: () => keyed(fill(Buffer.from('\x80\x02](', 'latin1'), Buffer.from('U\x010'), Buffer.from('e.'))),
  },
  ...[2, 20_000_000].map((claimed) => ({
    reader: 'lmdb',
    what: `a pickled list of one key, 10 million times, of ${claimed} entries`,
    make: () =>
      keyed(
        fill(Buffer.from('\x80\x02](U\x010q\x00', 'latin1'), Buffer.from('h\x00'), Buffer.from('e.')),
        claimed,
      ),
  })),
  {
    reader: 'lmdb',
    what: 'a msgpack list of 6 million keys',
    make: () => {
      const count = Buffer.alloc(4)
      count.writeUInt32BE(Math.floor((HOSTILE_BYTES - 40_000) / 3))
      return keyed(fill(Buffer.from([0xdd, ...count]), Buffer.from([0xc4, 1, 0x30]), Buffer.alloc(0)))
    },
  },
  { reader: 'lmdb', what: '250,000 images whose values are the same 10 MB', make: shared },
  {
    reader: 'lmdb',
    what: 'a label that is a pickled array of 20 MB',
    make: () => {
      const pages = new LmdbPages()
      const value = pickledArrays()
      return pages.leaves([['0', { page: pages.overflow(value), size: value.length }]]).file()
    },
  },
]

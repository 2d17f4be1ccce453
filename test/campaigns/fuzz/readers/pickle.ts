import { FileSource } from '../../../../src/bytes/byte-source.js'
import { type DataObject, PlainData } from '../../../../src/pickle/plain-data.js'
import { readPickle } from '../../../../src/pickle/read-pickle.js'
import type { FuzzedReader } from '../reader.js'

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** Opcodes with their operands: containers, memo, lengths of 1 to 8 bytes, calls of what must never be called. */
export const PICKLE_WORDS = [
  ...['(', ']', '}', ')', 'l', 'd', 't', 'e', 'a', 's', 'u', '.', '0', '1', '2', 'N', '\x88', '\x89', '\x94'],
  ...[
    '\x8f',
    '\x90',
    '\x91',
    '\x85',
    '\x86',
    '\x87',
    'q\x00',
    'r\xff\xff\xff\x7f',
    'h\x00',
    'j\x00\x00\x00\x00',
    'R',
    'b',
  ],
  ...[
    'cos\nsystem\n',
    'X\x02\x00\x00\x00id\x85R',
    'ios\nsystem\n',
    'cbuiltins\neval\n',
    '\x93',
    '\x81',
    '\x92',
    'o',
    'P1\n',
    'Q',
  ],
  ...[
    '\x8b\xff\xff\xff\x7f',
    '\x8a\xff',
    'B\xff\xff\xff\x7f',
    '\x8e\xff\xff\xff\xff\xff\xff\xff\x7f',
    'T\xff\xff\xff\xff',
    'U\xff',
  ],
  ...[
    'I9999999999999999999999\n',
    'F1e999\n',
    "S'\\x1b[2J'\n",
    'V\\u202e\n',
    '\x95\xff\xff\xff\xff\xff\xff\xff\x7f',
    '\x97',
    '\x98',
  ],
  ...['\x80\x05', '\x80\x02', '\x82\x01', '\x83\x01\x00'],
].map(latin)

export const pickle: FuzzedReader = {
  id: 'pickle',
  file: 'data.pkl',
  seeds: async () => [
    latin(
      '\x80\x03}q\x00(X\x01\x00\x00\x00aq\x01]q\x02(K\x01M\x00\x02J\xff\xff\xff\xffG?\xf0\x00\x00\x00\x00\x00\x00eX\x01\x00\x00\x00bq\x03(N\x88\x89tq\x04u.',
    ),
    latin("(dp0\nS'a'\np1\n(lp2\nI1\naL99L\naF1.5\nasVb\np3\n(I01\nNtp4\ns."),
    latin(
      '\x80\x05\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8f\x94(\x8c\x01a\x94\x8c\x01b\x94\x90C\x02\x00\x01\x94\x96\x02\x00\x00\x00\x00\x00\x00\x00hi\x94\x87\x94.',
    ),
    latin('\x80\x02ccollections\nOrderedDict\n)Rq\x00(X\x01\x00\x00\x00aK\x01u}X\x01\x00\x00\x00bK\x02sb.'),
  ],
  words: PICKLE_WORDS,
  async read(path) {
    const source = new FileSource(path)
    try {
      readPickle<DataObject>(source, new PlainData(source).hooks())
    } finally {
      source.close()
    }
  },
}

import { decodeLong, parseInteger, parseReal, unescapeBytes, unescapeText } from './literals.js'
import type { Opcode, PickleMachine } from './machine.js'
import { PickleBytes } from './values.js'

const LONGEST_TEXT = 1 << 26
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function pushText<T extends object>(m: PickleMachine<T>, length: number): void {
  if (length > LONGEST_TEXT) m.refuse(`a text of ${length} bytes`)
  m.push(utf8.decode(m.cursor.bytes(length)))
}

function pushBytes<T extends object>(m: PickleMachine<T>, length: number): void {
  m.push(new PickleBytes(m.source, m.cursor.skip(length), length))
}

/** Python 2's `str`: text or bytes, as the caller wants it. */
function pushString<T extends object>(m: PickleMachine<T>, length: number): void {
  if (m.options.pythonStrings === 'bytes') {
    pushBytes(m, length)
    return
  }
  if (length > LONGEST_TEXT) m.refuse(`a text of ${length} bytes`)
  m.push(ascii(m.cursor.bytes(length)))
}

function appendAll<T extends object>(m: PickleMachine<T>): void {
  m.append(m.popToMark())
}

function setAll<T extends object>(m: PickleMachine<T>): void {
  m.setItems(m.popToMark())
}

function callWithMark<T extends object>(m: PickleMachine<T>): void {
  const [callee, ...args] = m.popToMark()
  if (callee === undefined) m.refuse('a call names nothing')
  m.reduce(callee, args)
}

/** By their letter; the names are those of Python's pickletools. */
const TABLE: readonly (readonly [code: string, name: string, run: Opcode['run']])[] = [
  // Structure
  [
    '\x80',
    'PROTO',
    (m) => {
      const version = m.cursor.u8()
      if (version > 5) m.refuse(`pickle protocol ${version} is not known`)
    },
  ],
  ['\x95', 'FRAME', (m) => m.cursor.require(m.cursor.u64())],
  ['.', 'STOP', (m) => m.stop()],
  ['(', 'MARK', (m) => m.mark()],
  ['0', 'POP', (m) => m.discard()],
  ['1', 'POP_MARK', (m) => void m.popToMark()],
  ['2', 'DUP', (m) => m.push(m.top())],
  // Numbers
  ['N', 'NONE', (m) => m.push(null)],
  ['\x88', 'NEWTRUE', (m) => m.push(true)],
  ['\x89', 'NEWFALSE', (m) => m.push(false)],
  [
    'I',
    'INT',
    (m) => {
      const digits = ascii(m.cursor.line())
      m.push(digits === '00' ? false : digits === '01' ? true : parseInteger(digits, m))
    },
  ],
  ['L', 'LONG', (m) => m.push(parseInteger(ascii(m.cursor.line()).replace(/L$/, ''), m))],
  ['F', 'FLOAT', (m) => m.push(parseReal(ascii(m.cursor.line()), m))],
  ['J', 'BININT', (m) => m.push(m.cursor.i32())],
  ['K', 'BININT1', (m) => m.push(m.cursor.u8())],
  ['M', 'BININT2', (m) => m.push(m.cursor.u16())],
  ['\x8a', 'LONG1', (m) => m.push(decodeLong(m.cursor.bytes(m.cursor.u8()), m))],
  ['\x8b', 'LONG4', (m) => m.push(decodeLong(m.cursor.bytes(m.cursor.u32()), m))],
  ['G', 'BINFLOAT', (m) => m.push(m.cursor.f64())],
  // Text and bytes
  ['V', 'UNICODE', (m) => m.push(unescapeText(m.cursor.line(LONGEST_TEXT), m))],
  ['X', 'BINUNICODE', (m) => pushText(m, m.cursor.u32())],
  ['\x8c', 'SHORT_BINUNICODE', (m) => pushText(m, m.cursor.u8())],
  ['\x8d', 'BINUNICODE8', (m) => pushText(m, m.cursor.u64())],
  [
    'S',
    'STRING',
    (m) => {
      const start = m.cursor.position
      const bytes = unescapeBytes(m.cursor.line(LONGEST_TEXT), m)
      m.push(
        m.options.pythonStrings === 'bytes'
          ? new PickleBytes(m.source, start, bytes.length, bytes)
          : ascii(bytes),
      )
    },
  ],
  ['T', 'BINSTRING', (m) => pushString(m, m.cursor.u32())],
  ['U', 'SHORT_BINSTRING', (m) => pushString(m, m.cursor.u8())],
  ['B', 'BINBYTES', (m) => pushBytes(m, m.cursor.u32())],
  ['C', 'SHORT_BINBYTES', (m) => pushBytes(m, m.cursor.u8())],
  ['\x8e', 'BINBYTES8', (m) => pushBytes(m, m.cursor.u64())],
  ['\x96', 'BYTEARRAY8', (m) => pushBytes(m, m.cursor.u64())],
  // Lists, tuples, dictionaries, sets
  [']', 'EMPTY_LIST', (m) => m.push([])],
  ['l', 'LIST', (m) => m.push(m.popToMark())],
  [
    'a',
    'APPEND',
    (m) => {
      const item = m.pop()
      m.append([item])
    },
  ],
  ['e', 'APPENDS', appendAll],
  [')', 'EMPTY_TUPLE', (m) => m.push([])],
  ['t', 'TUPLE', (m) => m.push(m.popToMark())],
  ['\x85', 'TUPLE1', (m) => m.push([m.pop()])],
  [
    '\x86',
    'TUPLE2',
    (m) => {
      const second = m.pop()
      m.push([m.pop(), second])
    },
  ],
  [
    '\x87',
    'TUPLE3',
    (m) => {
      const third = m.pop()
      const second = m.pop()
      m.push([m.pop(), second, third])
    },
  ],
  ['}', 'EMPTY_DICT', (m) => m.push(new Map())],
  [
    'd',
    'DICT',
    (m) => {
      const items = m.popToMark()
      m.push(new Map())
      m.setItems(items)
    },
  ],
  [
    's',
    'SETITEM',
    (m) => {
      const value = m.pop()
      m.setItems([m.pop(), value])
    },
  ],
  ['u', 'SETITEMS', setAll],
  ['\x8f', 'EMPTY_SET', (m) => m.push(new Set())],
  ['\x90', 'ADDITEMS', appendAll],
  ['\x91', 'FROZENSET', (m) => m.push(new Set(m.popToMark()))],
  // Memo
  ['p', 'PUT', (m) => m.remember(Number(parseInteger(ascii(m.cursor.line()), m)))],
  ['q', 'BINPUT', (m) => m.remember(m.cursor.u8())],
  ['r', 'LONG_BINPUT', (m) => m.remember(m.cursor.u32())],
  ['\x94', 'MEMOIZE', (m) => m.remember()],
  ['g', 'GET', (m) => m.recall(Number(parseInteger(ascii(m.cursor.line()), m)))],
  ['h', 'BINGET', (m) => m.recall(m.cursor.u8())],
  ['j', 'LONG_BINGET', (m) => m.recall(m.cursor.u32())],
  // What the hooks decide
  [
    'c',
    'GLOBAL',
    (m) => {
      const module = ascii(m.cursor.line())
      m.pushGlobal(module, ascii(m.cursor.line()))
    },
  ],
  [
    '\x93',
    'STACK_GLOBAL',
    (m) => {
      const attribute = m.popText()
      m.pushGlobal(m.popText(), attribute)
    },
  ],
  [
    'R',
    'REDUCE',
    (m) => {
      const args = m.popList()
      m.reduce(m.pop(), args)
    },
  ],
  [
    '\x81',
    'NEWOBJ',
    (m) => {
      const args = m.popList()
      m.reduce(m.pop(), args)
    },
  ],
  [
    '\x92',
    'NEWOBJ_EX',
    (m) => {
      const keywords = m.pop()
      const args = m.popList()
      if (!(keywords instanceof Map)) return m.refuse('a dictionary of keywords was expected')
      m.reduce(m.pop(), args, keywords)
    },
  ],
  ['o', 'OBJ', callWithMark],
  [
    'i',
    'INST',
    (m) => {
      const module = ascii(m.cursor.line())
      const attribute = ascii(m.cursor.line())
      const args = m.popToMark()
      m.pushGlobal(module, attribute)
      m.reduce(m.pop(), args)
    },
  ],
  [
    'b',
    'BUILD',
    (m) => {
      const state = m.pop()
      m.build(m.pop(), state)
    },
  ],
  ['P', 'PERSID', (m) => m.persistent(ascii(m.cursor.line()))],
  ['Q', 'BINPERSID', (m) => m.persistent(m.pop())],
  // What plain data never holds
  ['\x82', 'EXT1', (m) => m.refuse('the pickle uses a registered extension')],
  ['\x83', 'EXT2', (m) => m.refuse('the pickle uses a registered extension')],
  ['\x84', 'EXT4', (m) => m.refuse('the pickle uses a registered extension')],
  ['\x97', 'NEXT_BUFFER', (m) => m.refuse('the pickle keeps bytes outside it')],
  ['\x98', 'READONLY_BUFFER', (m) => m.refuse('the pickle keeps bytes outside it')],
]

export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  TABLE.map(([code, name, run]) => [code.charCodeAt(0), { name, run }]),
)

/** The numbers and strings that protocol 0 writes as text, and its long integers. */

/** Says what is wrong with a literal. */
interface Refusal {
  refuse(what: string): never
}

/** Digits beyond these make a number that no dataset or checkpoint holds, and cost quadratic time. */
const MOST_DIGITS = 1000

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

export function parseInteger(digits: string, machine: Refusal): number | bigint {
  if (digits.length > MOST_DIGITS || !/^\s*[+-]?\d+\s*$/.test(digits)) {
    return machine.refuse('an integer was expected')
  }
  return narrow(BigInt(digits.trim().replace(/^\+/, '')))
}

export function parseReal(text: string, machine: Refusal): number {
  const special = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY }
  const word = text.trim().toLowerCase()
  if (Object.hasOwn(special, word)) return special[word as keyof typeof special]
  const value = word === '' ? Number.NaN : Number(word)
  return Number.isNaN(value) ? machine.refuse('a number was expected') : value
}

/** A little-endian two's complement integer. */
export function decodeLong(bytes: Uint8Array, machine: Refusal): number | bigint {
  if (bytes.length > MOST_DIGITS) return machine.refuse(`an integer of ${bytes.length} bytes`)
  if (bytes.length === 0) return 0
  const hexadecimal = Buffer.from(bytes).reverse().toString('hex')
  return narrow(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hexadecimal}`)))
}

const ESCAPES: Record<string, number> = {
  n: 10,
  r: 13,
  t: 9,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
}

/** A quoted Python 2 string literal, as `repr` writes it. */
export function unescapeBytes(line: Uint8Array, machine: Refusal): Uint8Array {
  const quote = line[0]
  if (line.length < 2 || (quote !== 39 && quote !== 34) || line[line.length - 1] !== quote) {
    return machine.refuse('a quoted string was expected')
  }
  const out = new Uint8Array(line.length - 2)
  let length = 0
  for (let i = 1; i < line.length - 1; i++) {
    if (line[i] !== 92) {
      out[length++] = line[i]
      continue
    }
    const escaped = String.fromCharCode(line[++i])
    if (Object.hasOwn(ESCAPES, escaped) && i < line.length - 1) {
      out[length++] = ESCAPES[escaped]
      continue
    }
    const hexadecimal = String.fromCharCode(line[i + 1] ?? 0, line[i + 2] ?? 0)
    if (escaped !== 'x' || i + 2 >= line.length - 1 || !/^[0-9a-f]{2}$/i.test(hexadecimal)) {
      return machine.refuse('a string has an escape that is not known')
    }
    out[length++] = Number.parseInt(hexadecimal, 16)
    i += 2
  }
  return out.subarray(0, length)
}

/** Python's raw-unicode-escape: latin1 with \uXXXX and \UXXXXXXXX. */
export function unescapeText(line: Uint8Array, machine: Refusal): string {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString('latin1')
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (_, four?: string, eight?: string) => {
    const point = Number.parseInt(four ?? eight ?? '', 16)
    return point > 0x10ffff
      ? machine.refuse('a text has a character that is not known')
      : String.fromCodePoint(point)
  })
}

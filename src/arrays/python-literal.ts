/** What a Python literal holds; a list and a tuple are the same here. */
export type Literal = string | number | boolean | null | Literal[] | Map<Literal, Literal>

const DEEPEST = 8
const ESCAPE = '\\'

/**
 * Reads a Python literal of strings, whole numbers (`80`, Python 2's `80L`, NumPy 2's `np.int64(80)`), True, False,
 * None, tuples, lists and dictionaries, as headers of `.npy` files are. One pass, nothing is run.
 * @returns undefined where it is something else
 */
export function parsePythonLiteral(text: string): Literal | undefined {
  const reader = new LiteralReader(text)
  const value = reader.value(0)
  return value !== undefined && reader.atEnd() ? value : undefined
}

class LiteralReader {
  #at = 0

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    return this.#peek() === ''
  }

  value(depth: number): Literal | undefined {
    const next = this.#peek()
    if (depth > DEEPEST) return undefined
    if (next === '(' || next === '[') return this.#list(next === '(' ? ')' : ']', depth)
    if (next === '{') return this.#dictionary(depth)
    if (next === "'" || next === '"') return this.#string(next)
    const word = this.#word()
    if ((word === 'u' || word === 'b') && /['"]/.test(this.#peek())) return this.#string(this.#peek())
    if (word === 'True' || word === 'False') return word === 'True'
    if (word === 'None') return null
    if (/^-?\d{1,20}L?$/.test(word)) return Number.parseInt(word, 10)
    return /^(np|numpy)\.u?int\w{0,4}$/.test(word) ? this.#scalar(depth) : undefined
  }

  /** `(80)` after the name of a scalar type. */
  #scalar(depth: number): Literal | undefined {
    const inside = this.#peek() === '(' ? this.value(depth + 1) : undefined
    return Array.isArray(inside) && inside.length === 1 ? inside[0] : undefined
  }

  #list(end: string, depth: number): Literal[] | undefined {
    const items: Literal[] = []
    this.#at++
    while (this.#peek() !== end) {
      const item = this.value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
      if (this.#peek() === ',') this.#at++
      else if (this.#peek() !== end) return undefined
    }
    this.#at++
    return items
  }

  #dictionary(depth: number): Map<Literal, Literal> | undefined {
    const items = new Map<Literal, Literal>()
    this.#at++
    while (this.#peek() !== '}') {
      const key = this.value(depth + 1)
      if (key === undefined || this.#peek() !== ':') return undefined
      this.#at++
      const value = this.value(depth + 1)
      if (value === undefined) return undefined
      items.set(key, value)
      if (this.#peek() === ',') this.#at++
      else if (this.#peek() !== '}') return undefined
    }
    this.#at++
    return items
  }

  /** Up to the closing quote; what escapes something isn't needed here, and ends the reading. */
  #string(quote: string): string | undefined {
    const end = this.text.indexOf(quote, this.#at + 1)
    if (end < 0) return undefined
    const content = this.text.slice(this.#at + 1, end)
    this.#at = end + 1
    return content.includes(ESCAPE) ? undefined : content
  }

  #word(): string {
    const start = this.#at
    while (/[\w.+-]/.test(this.text[this.#at] ?? '')) this.#at++
    return this.text.slice(start, this.#at)
  }

  /** The next character that is no white space, '' at the end. */
  #peek(): string {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++
    return this.text[this.#at] ?? ''
  }
}

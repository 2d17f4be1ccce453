import { wrapWords } from './fitted-columns.js'

/** Further lines of what is wrapped stand this much deeper. */
const DEEPER = 2

/** Help within a width: what commander leaves whole is broken between words. Commands stay whole, to be copied. */
export function fittedHelp(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (line.length <= width || /^ *\$ /.test(line) ? [line] : wrapped(line, width)))
    .join('\n')
}

function wrapped(line: string, width: number): string[] {
  const words = line.trimStart()
  const indent = Math.min(line.length - words.length, Math.floor(width / 2))
  const [first, ...more] = wrapWords(words, width - indent)
  const rest = more.length === 0 ? [] : wrapWords(more.join(' '), width - indent - DEEPER)
  return [' '.repeat(indent) + first, ...rest.map((part) => ' '.repeat(indent + DEEPER) + part)]
}

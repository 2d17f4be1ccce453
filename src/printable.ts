/** What a terminal, a log or an XML file would not show as text: control characters, and those that turn the reading direction. */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu

/** Most text is so, and told much faster. */
const PLAIN = /^[\x20-\x7e]*$/

/** As JavaScript writes it: `\n`, `\x1b`, `\u202e`. */
function escaped(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  const code = character.charCodeAt(0)
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/**
 * Text as one line that a terminal shows and nothing else: names of files, keys and people come from anywhere.
 * @param most characters that are kept, of the beginning and the end; all where left out
 */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
  if (text.length <= most && PLAIN.test(text)) return text
  // Cut first: escaping a name of megabytes would take as much again.
  const escapedText = shortened(text, most).replace(UNPRINTABLE, escaped)
  // It may be cut within a letter of two halves.
  return shortened(escapedText, most).replace(UNPRINTABLE, '\ufffd')
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  const end = Math.floor(most / 3)
  return `${text.slice(0, most - end - 1)}…${text.slice(text.length - end)}`
}

/** Text of several lines, for a page or an XML file: line breaks and tabs stay. */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    /[\n\r\t]/.test(character) ? character : escaped(character),
  )
}

/** JSON in which nothing can steer a terminal; it says the same. @param text of JSON */
export function printableJson(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

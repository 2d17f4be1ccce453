import { raised } from './limits.js'

/** Lists and objects in one another at most: what walks them calls itself once a level. */
const DEEPEST = 100
/**
 * Values that any text may hold, and characters for each in a longer one: an empty list is two characters and takes some 60
 * bytes. Numbers of this program's own files take twice as many characters.
 */
const VALUES = 1_000_000
const CHARACTERS_A_VALUE = 5

/**
 * What JSON says, to be validated; undefined where the text is no JSON, is nested more than 100 deep, or holds more values than
 * its length lets expect, times `--limits` (keys count too).
 */
export function parseJson(text: string): unknown {
  if (!isModest(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One look at each character; what stands within strings doesn't count. */
function isModest(text: string): boolean {
  const most = raised(Math.max(VALUES, text.length / CHARACTERS_A_VALUE))
  let depth = 0
  let values = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST || ++values > most) return false
    } else if (code === 0x5d || code === 0x7d) depth--
    // A comma stands before a value, a colon behind a key.
    else if ((code === 0x2c || code === 0x3a) && ++values > most) return false
  }
  return true
}

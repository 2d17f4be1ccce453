/** Lists and objects in one another at most: what walks them calls itself once a level. */
const DEEPEST = 100

/** What JSON says, to be validated; undefined where the text is no JSON, or is nested more than 100 deep. */
export function parseJson(text: string): unknown {
  if (isNestedDeeply(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One look at each character; brackets within strings don't count. */
function isNestedDeeply(text: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}

/** How many letters have to be changed, left out, added or swapped with the next: Damerau and Levenshtein's distance. */
export function editDistance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[b.length]
}

/** The known name that was probably meant: at most a third of its letters differ. undefined where none is so near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_. ]/g, '')
  let found: { readonly name: string; readonly distance: number } | undefined
  for (const other of known) {
    const distance = editDistance(plain(name), plain(other))
    if (distance <= Math.max(1, Math.floor(other.length / 3)) && distance < (found?.distance ?? Infinity))
      found = { name: other, distance }
  }
  return found?.name
}

/** What is known of a thing, by the name of the fact, most telling first: `network` -> `0f3a99b1`. */
export type Facts = ReadonlyMap<string, string>

/** The facts in which some of the things differ; a fact that one lacks is one of them. */
function differing(things: readonly Facts[]): string[] {
  const names = [...new Set(things.flatMap((facts) => [...facts.keys()]))]
  return names.filter((name) => new Set(things.map((facts) => facts.get(name))).size > 1)
}

/** `flip`, `no flip`, `network 0f3a99b1`; a fact without a name is its value. */
function inWords(name: string, value: string): string {
  if (name === '') return value
  if (value === 'true') return name
  return value === 'false' ? `no ${name}` : `${name} ${value}`
}

/**
 * Words for each thing that tell it from the others: all the facts of the first level in which any two differ, then
 * those of the next where things would still be called the same. Empty where there is one thing. Independent of the
 * things' order.
 * @param levels the facts of each thing, in levels; things that no level tells apart stay alike
 */
export function tellApart(levels: readonly (readonly Facts[])[]): string[] {
  const count = levels[0]?.length ?? 0
  let words = Array.from({ length: count }, () => [] as string[])
  for (const facts of levels) {
    const alike = words.map((own) => {
      return words.filter((other) => other.join() === own.join()).length > 1
    })
    const places = [...words.keys()].filter((i) => alike[i])
    if (places.length === 0) break
    const names = differing(places.map((i) => facts[i]))
    words = words.map((own, i) => {
      if (!alike[i]) return own
      return [
        ...own,
        ...names.flatMap((name) => {
          const value = facts[i].get(name)
          return value === undefined ? [] : [inWords(name, value)]
        }),
      ]
    })
  }
  return words.map((own) => own.join(', '))
}

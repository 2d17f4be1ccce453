import { InputError } from '../../errors.js'
import type { TestSet } from '../test-set.js'

/** Who is in each image, and which of that person's images it is. */
export interface PersonImage {
  readonly person: string
  /** from 1 */
  readonly number: number
}

/**
 * The people of a set, as lists name them. Where the set is a list whose folders are people they keep their names (white
 * space, commas and slashes become `_`), and their images' numbers where all are called `Name/Name_0001`. Elsewhere pairs
 * alone tell who is who: images that same pairs connect are one person, `person_1` and so on.
 * @throws InputError where pairs contradict each other
 */
export function peopleOfPairs(set: TestSet): PersonImage[] {
  const subjects = set.subjectOf ?? connected(set)
  const names = set.subjectOf === undefined ? undefined : namesOf(set, set.subjectOf)
  const kept = set.subjectOf && listedNumbers(set, set.subjectOf)
  const counts = new Map<number, number>()
  const order = new Map<number, number>()
  return Array.from(subjects, (subject, image) => {
    const count = (counts.get(subject) ?? 0) + 1
    counts.set(subject, count)
    if (!order.has(subject)) order.set(subject, order.size + 1)
    return {
      person: names?.get(subject) ?? `person_${order.get(subject)}`,
      number: kept?.[image] ?? count,
    }
  })
}

/** Union-find over same pairs. */
function connected({ imageCount, pairs, name }: TestSet): Uint32Array {
  const parent = Uint32Array.from({ length: imageCount }, (_, image) => image)
  const root = (image: number): number => {
    let at = image
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]]
      at = parent[at]
    }
    return at
  }
  const { first, second, same } = pairs
  same.forEach((label, pair) => {
    if (label === 1) parent[root(second[pair])] = root(first[pair])
  })
  const wrong = same.findIndex((label, pair) => label === 0 && root(first[pair]) === root(second[pair]))
  if (wrong >= 0)
    throw new InputError(
      `pair ${wrong} is of two people, whom other pairs say to be one`,
      name,
      'mend its label, or convert to csv, which names no people',
    )
  return parent.map((_, image) => root(image))
}

const folderOf = (image: string) => image.slice(0, image.lastIndexOf('/'))

function namesOf(set: TestSet, subjectOf: Uint32Array): Map<number, string> {
  const names = new Map<number, string>()
  const taken = new Set<string>()
  subjectOf.forEach((subject, image) => {
    if (names.has(subject)) return
    const plain = folderOf(set.imageName(image)).replaceAll(/[\s,/]+/g, '_')
    let name = plain
    for (let more = 2; taken.has(name); more++) name = `${plain}_${more}`
    taken.add(name)
    names.set(subject, name)
  })
  return names
}

/** The numbers in the images' names, where each is `Name/Name_NUMBER` and no two of a person are one. */
function listedNumbers(set: TestSet, subjectOf: Uint32Array): number[] | undefined {
  const seen = new Set<string>()
  const numbers: number[] = []
  for (const [image, subject] of subjectOf.entries()) {
    const path = set.imageName(image)
    const folder = folderOf(path)
    const own = path.slice(folder.length + 1)
    const digits = own.startsWith(`${folder}_`) ? /^0*(\d{1,9})\./.exec(own.slice(folder.length + 1)) : null
    if (digits === null || seen.has(`${subject} ${digits[1]}`)) return undefined
    seen.add(`${subject} ${digits[1]}`)
    numbers.push(Number(digits[1]))
  }
  return numbers
}

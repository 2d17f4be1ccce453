import type { PairList } from './pair-list.js'

/**
 * The subject of each image, told from the folders of a list (`Name/Name_0001.jpg`): believed only where every pair's
 * label agrees, that is where images of one folder are of one person and images of two folders of two. Else undefined.
 */
export function subjectsOfFolders({ images, pairs }: PairList): Uint32Array | undefined {
  const numbers = new Map<string, number>()
  const subjectOf = Uint32Array.from(images, (image) => {
    const folder = image.slice(0, Math.max(0, image.lastIndexOf('/')))
    const known = numbers.get(folder) ?? numbers.size
    numbers.set(folder, known)
    return known
  })
  const agree = pairs.same.every((label, pair) => {
    return (subjectOf[pairs.first[pair]] === subjectOf[pairs.second[pair]]) === (label === 1)
  })
  return agree && !numbers.has('') ? subjectOf : undefined
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A piece of TypeScript that a page or a doc comment shows. */
export interface Example {
  readonly from: string
  readonly code: string
}

/** The TypeScript of a Markdown page, block after block. */
export function pageExamples(path: string): Example[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)
  return [...blocks].map(([, code], i) => ({ from: `${path}, example ${i + 1}`, code }))
}

/** The example at the head of each room's index. */
export function roomExamples(): Example[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  const doors = files.filter((name) => name.endsWith('index.ts') && dirname(name) !== 'demo')
  return doors.flatMap((name) => {
    const [head] = readFileSync(join('src', name), 'utf8').split('*/')
    const [, example] = /@example\n([\s\S]*?)\n \*\n \* @module/.exec(head) ?? []
    if (example === undefined) return []
    return [{ from: `src/${name}`, code: `${example.replaceAll(/^ \* ?/gm, '')}\n` }]
  })
}

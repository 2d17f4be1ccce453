import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MEASURES } from '../src/measures/list.js'
import { packagedCatalogue } from '../src/run/stock.js'

const HEADINGS = ['## Formula', '## Source', '## How to read it', '## When not to use it']
/** Pages go by the commands of `metrics`, but for the distances of `metrics fid`. */
const pageOf = ({ id, command }: { id: string; command: string }): string => (id === 'frechet' ? id : command)

function pages(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}

describe('the pages', () => {
  it.each(MEASURES.map((measure) => [pageOf(measure)]))('have one for the measurement %s', (name) => {
    const text = readFileSync(`docs/measures/${name}.md`, 'utf8')
    for (const heading of HEADINGS) expect(text).toContain(heading)
  })

  it('have one for each test set of the catalogue', async () => {
    for (const id of Object.keys((await packagedCatalogue()).testSets)) {
      const text = readFileSync(`docs/test-sets/${id}.md`, 'utf8')
      for (const heading of HEADINGS) expect(text, id).toContain(heading)
    }
  })

  it('link to what is there', () => {
    const dead = [...pages('docs'), 'README.md', 'CONTRIBUTING.md'].flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => join(dirname(page), target))
        .filter((target) => !existsSync(target))
        .map((target) => `${page} -> ${target}`),
    )
    expect(dead).toEqual([])
  })
})

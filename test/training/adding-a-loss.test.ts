import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { schemaOfKinds } from '../../src/training/kinds.js'
import { LOSSES } from '../../src/training/losses/list.js'
import type { LossDeclaration } from '../../src/training/losses/loss.js'
import { scratchFolder } from '../scratch.js'

const PAGE = fileURLToPath(new URL('../../docs/adding-a-loss.md', import.meta.url))
const ROOM = fileURLToPath(new URL('../../src/training/losses/', import.meta.url))
const folder = scratchFolder()

describe('the page on adding a loss', () => {
  let shrunk: LossDeclaration & (typeof LOSSES)[0]

  beforeAll(async () => {
    const [, example] = (await readFile(PAGE, 'utf8')).match(/```ts\n(.*?)```/s) ?? []
    // As if it stood in the room, from a folder where it disturbs nobody.
    const file = join(folder, 'shrunk.ts')
    const placed = example
      .replaceAll("'./", `'${ROOM}`)
      .replace("'zod'", `'${fileURLToPath(import.meta.resolve('zod'))}'`)
    await writeFile(file, placed)
    shrunk = (await import(/* @vite-ignore */ file)).shrunk
  })

  it('has a loss that a spec can choose once its line is in the list, by its keys and their bounds', () => {
    const schema = schemaOfKinds([...LOSSES, shrunk])
    expect(schema.parse({ kind: 'shrunk' })).toEqual({ kind: 'shrunk', share: 0.9, scale: 64 })
    expect(schema.safeParse({ kind: 'shrunk', share: 2 }).error?.issues[0].path).toEqual(['share'])
    expect(schemaOfKinds(LOSSES).safeParse({ kind: 'shrunk' }).success).toBe(false)
  })

  it('makes the cosine with the own class smaller', async () => {
    const { GraphBuilder } = await import('../../src/onnx/graph-builder.js')
    const { Runtime, runtimeTensor } = await import('../../src/onnx/runtime.js')
    const g = new GraphBuilder()
    const own = g.floatInput('own', ['batch', 1])
    g.output('smaller', shrunk.margin({ g, own, options: shrunk.options.parse({ kind: 'shrunk' }) }), [
      'batch',
      1,
    ])
    const runtime = await Runtime.open(g.graph, { threads: 1 })
    const { smaller } = await runtime.run({ own: runtimeTensor('float32', Float32Array.of(0.5, -1), [2, 1]) })
    await runtime.close()
    expect([...(smaller.data as Float32Array)].map((value) => Number(value.toFixed(5)))).toEqual([0.45, -0.9])
  })
})

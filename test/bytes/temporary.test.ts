import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFile, writeDurably } from '../../src/bytes/files.js'
import { MACHINE } from '../../src/bytes/living-process.js'
import { temporaryName } from '../../src/bytes/temporary.js'
import { temporaryFolder } from '../scratch.js'

/** No process has this number on Linux. */
const GONE = 4_194_304

describe('what is written under another name first', () => {
  it('is called as nothing else is, also where one process writes it twice at once', async () => {
    expect(temporaryName('a.npy')).toMatch(
      new RegExp(`^a\\.npy\\.${MACHINE}-${process.pid}-[0-9a-f]{8}\\.tmp$`),
    )
    const folder = await temporaryFolder()
    const path = join(folder, 'a')
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(1000))
    await Promise.all(texts.map((text) => writeDurably(path, text)))
    expect(readdirSync(folder)).toEqual(['a'])
    expect(texts).toContain(readFileSync(path, 'utf8'))
  })

  it('is there at once, and not again after it was removed as its process ends', async () => {
    const path = join(await temporaryFolder(), 'a')
    const opened = createFile(path)
    expect(existsSync(path)).toBe(true)
    rmSync(path)
    await opened.then(
      (file) => file.close(),
      () => {},
    )
    expect(existsSync(path)).toBe(false)
  })

  it('is removed by the next that writes into the folder, where its process was killed', async () => {
    const folder = await temporaryFolder()
    const left = [`a.npy.${MACHINE}-${GONE}-00000000.tmp`, `run.${MACHINE}-${GONE}-0a0b0c0d.tmp`]
    const others = [
      `a.npy.00000000-${GONE}-00000000.tmp`,
      `a.npy.${MACHINE}-${process.pid}-00000000.tmp`,
      `a.npy.${GONE}.tmp`,
    ]
    mkdirSync(join(folder, left[1]))
    writeFileSync(join(folder, left[1], 'inside'), '')
    for (const name of [left[0], ...others]) writeFileSync(join(folder, name), '')
    await writeDurably(join(folder, 'b'), '')
    expect(readdirSync(folder).sort()).toEqual([...others, 'b'].sort())
  })
})

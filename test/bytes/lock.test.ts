import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MACHINE } from '../../src/bytes/living-process.js'
import { alone, withLock } from '../../src/bytes/lock.js'
import { InputError } from '../../src/errors.js'
import { temporaryFolder } from '../scratch.js'

/** No process has this number on Linux. */
const GONE = 4_194_304
const nothing = () => {}

describe('a lock', () => {
  it('lets one at a time in, and tells the others who is', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'lock')
    const order: string[] = []
    const waits: string[] = []
    const work = (name: string) =>
      withLock(
        path,
        (owner) => void waits.push(owner),
        async () => {
          order.push(`${name} in`)
          await new Promise((resolve) => setTimeout(resolve, 50))
          order.push(`${name} out`)
        },
      )
    await Promise.all([work('a'), work('b')])
    expect(order.map((entry) => entry.split(' ')[1])).toEqual(['in', 'out', 'in', 'out'])
    expect(waits).toEqual([`process ${process.pid} on ${hostname()}`])
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a process of this machine that is gone is taken away at once', async () => {
    const path = join(await temporaryFolder(), 'lock')
    writeFileSync(path, `process ${GONE} on ${hostname()} (${MACHINE})`)
    expect(await withLock(path, nothing, async () => 'in')).toBe('in')
  })

  it('of another machine is taken away once it gave no sign of life for a while, by the watch of who waits', async () => {
    const path = join(await temporaryFolder(), 'lock')
    writeFileSync(path, `process 1 on elsewhere (00000000)`)
    const waits: string[] = []
    expect(
      await withLock(
        path,
        (owner) => void waits.push(owner),
        async () => 'in',
        20,
      ),
    ).toBe('in')
    expect(waits).toEqual(['process 1 on elsewhere'])
  })

  it('of a living process is not taken away for an old date: clocks jump', async () => {
    const path = join(await temporaryFolder(), 'lock')
    writeFileSync(path, `process ${process.pid} on ${hostname()} (${MACHINE})`)
    utimesSync(path, 1, 1)
    await expect(alone(path, 'out.npy', async () => 'in')).rejects.toThrow(
      new InputError(
        `another process is writing it (process ${process.pid} on ${hostname()})`,
        'out.npy',
        `wait for it, or choose another place; where no such process is left, remove ${path}`,
      ),
    )
  })
})

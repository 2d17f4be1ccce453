import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Command, KilledStage, Step } from '../stage.js'
import { features } from './features.js'
import { generateDataset } from './generation.js'
import { training } from './training.js'

const run = promisify(execFile)
const ROOM = 64 * 2 ** 20
const SAID = /the disk is full; free some room/

const mount = (path: string) => run('mount', ['-t', 'tmpfs', '-o', `size=${ROOM}`, 'tmpfs', path])

async function used(path: string): Promise<number> {
  const { blocks, bfree, bsize } = await statfs(path)
  return (blocks - bfree) * bsize
}

/** A stage on a disk of its own, which fills at a random write: it has room for a random share of what is written. */
function onSmallDisk(stage: KilledStage): KilledStage {
  return {
    id: `full-disk-${stage.id}`,
    async skip() {
      const path = mkdtempSync(join(tmpdir(), 'vec2face-bench-mount-'))
      try {
        await mount(path)
        await run('umount', [path])
        return undefined
      } catch {
        return 'this machine lets nobody mount a small disk (tmpfs)'
      } finally {
        await rm(path, { recursive: true, force: true })
      }
    },
    async prepare(folder) {
      const prepared = await stage.prepare(folder)
      const disk = join(folder, 'disk')
      await mkdir(disk)
      await mount(disk)
      const onDisk = (out: string) => join(disk, basename(out))
      /** bytes that the undisturbed run took; until it is done there is room enough */
      let whole: number | undefined
      const set = async (share: number | undefined) => {
        const taken = await used(disk)
        const size = share === undefined ? ROOM : taken + Math.ceil(share * (whole ?? ROOM))
        await run('mount', ['-o', `remount,size=${size}`, disk])
      }
      const onFull = (command: Command): Command => ({ ...command, interruption: { set, said: SAID } })
      const small = (step: Step): Step => ('args' in step ? onFull(step) : step.map(onFull))
      return {
        ...prepared,
        commands: (out) => prepared.commands(onDisk(out)).map(small),
        async result(out) {
          whole ??= await used(disk)
          return prepared.result(onDisk(out))
        },
        clear: (out) => rm(onDisk(out), { recursive: true, force: true }),
        close() {
          prepared.close?.()
          void run('umount', [disk]).catch(() => {})
        },
      }
    },
  }
}

export const fullDisk: readonly KilledStage[] = [generateDataset, features, training].map(onSmallDisk)

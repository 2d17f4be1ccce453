import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readTrainingCheckpoint, writeTrainingCheckpoint } from '../../src/training/checkpoint.js'
import { scratchFolder } from '../scratch.js'

const scratch = scratchFolder()
const arrays = (length: number, value: number) => new Map([['weight', new Float32Array(length).fill(value)]])

it('gives back what was written, into arrays that are there', async () => {
  const path = join(scratch, 'whole')
  expect(await readTrainingCheckpoint(path, arrays(3, 0))).toBeUndefined()
  await writeTrainingCheckpoint(path, { head: { step: 7 }, arrays: arrays(3, 0.25) })
  const into = arrays(3, 0)
  expect(await readTrainingCheckpoint(path, into)).toEqual({ step: 7 })
  expect(into).toEqual(arrays(3, 0.25))
})

it('is refused where a bit was changed, or where the network is another', async () => {
  const path = join(scratch, 'damaged')
  await writeTrainingCheckpoint(path, { head: {}, arrays: arrays(3, 1) })
  await expect(readTrainingCheckpoint(path, arrays(4, 0))).rejects.toThrow(/damaged/)
  const bytes = readFileSync(path)
  bytes[bytes.length - 1] ^= 1
  writeFileSync(path, bytes)
  await expect(readTrainingCheckpoint(path, arrays(3, 0))).rejects.toThrow(/damaged; delete it/)
})

it('that there is no room for leaves the one before', async () => {
  const path = join(scratch, 'limited')
  await writeTrainingCheckpoint(path, { head: { step: 1 }, arrays: arrays(100, 1) })
  const script = `import { writeTrainingCheckpoint } from '${resolve('dist/training/checkpoint.js')}'
    const arrays = new Map([['weight', new Float32Array(1e6)]])
    await writeTrainingCheckpoint('${path}', { head: {}, arrays }).catch((error) => console.log(error.message))`
  const command = `ulimit -f 64; exec "${process.execPath}" --input-type=module -e "$SCRIPT"`
  const { stdout } = spawnSync('bash', ['-c', command], {
    encoding: 'utf8',
    env: { ...process.env, SCRIPT: script },
  })
  expect(stdout).toContain(`${path}: larger than a file may be here`)
  expect(await readTrainingCheckpoint(path, arrays(100, 0))).toEqual({ step: 1 })
})

it('that fills the disk leaves the one before, and the run says so', async (context) => {
  const disk = join(scratch, 'disk')
  mkdirSync(disk)
  const script = `import { writeTrainingCheckpoint } from '${resolve('dist/training/checkpoint.js')}'
    const path = '${disk}/checkpoint'
    const write = (step, length) => writeTrainingCheckpoint(path, { head: { step }, arrays: new Map([['w', new Float32Array(length)]]) })
    await write(1, 100)
    const before = readFileSync(path)
    await write(2, 1e6).catch((error) => console.log(error.message))
    console.log(readFileSync(path).equals(before), readdirSync('${disk}').join())`
  const own = `mount -t tmpfs -o size=64k tmpfs "${disk}" || exit 7
    exec "${process.execPath}" --input-type=module -e "$SCRIPT"`
  const { stdout, status } = spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', own], {
    encoding: 'utf8',
    env: { ...process.env, SCRIPT: `import { readFileSync, readdirSync } from 'node:fs'\n${script}` },
  })
  if (status !== 0) context.skip('this machine lets nobody mount a small disk (unshare, tmpfs)')
  expect(stdout).toContain(`${disk}/checkpoint: the disk is full`)
  expect(stdout).toContain('true checkpoint')
})

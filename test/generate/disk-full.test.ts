import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../scratch.js'
import { commandOf, smallRequest } from './generation-inputs.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))

/** A shell in a name space of its own, where it may mount a small disk. */
function inOwnNamespace(script: string, ...args: string[]) {
  return spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', ...args], {
    encoding: 'utf8',
  })
}

test('a full disk ends in one clear line; with room the same command ends the dataset', async (context) => {
  if (!existsSync(MAIN)) context.skip('the program is not built: npm run build')
  if (inOwnNamespace('mount -t tmpfs -o size=1m tmpfs /mnt').status !== 0)
    context.skip('this machine lets nobody mount a small disk (unshare, tmpfs)')
  const folder = await temporaryFolder()
  const disk = join(folder, 'disk')
  await mkdir(disk)
  const request = { ...(await smallRequest(folder)), imagesPerIdentity: 30 }
  const flags = [...commandOf(request, join(disk, 'out')), '--threads', '1', '--format', 'folder,lmdb']
  const script = `
mount -t tmpfs -o size=600k tmpfs "$1" && shift
"$@"
echo "first: $?"
mount -o remount,size=50m "${disk}"
"$@"
echo "second: $?"`
  const { stdout, stderr } = inOwnNamespace(script, disk, process.execPath, MAIN, ...flags)
  const errors = stderr.split('\n').filter((line) => line.startsWith('error:'))
  expect(errors).toEqual([
    expect.stringMatching(/: the disk is full; free some room and run the same command again$/),
  ])
  expect(stdout).toContain('first: 1')
  expect(stdout).toContain('7 identities, 210 images (demo)')
  expect(stdout).toContain('second: 0')
})

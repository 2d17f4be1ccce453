import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cli, isOneClearLine } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('what stands where a file was wanted is named, with what brings the file', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'
  it.each([
    [
      'page.bin',
      '<!DOCTYPE html><title>Sign in</title>',
      /a web page .*; download the file again, in a browser/,
    ],
    [
      'pointer.bin',
      pointer,
      /a Git LFS pointer, not the file itself\).*; fetch the file with 'git lfs pull'/,
    ],
    [
      'packed.bin',
      gzipSync('x'),
      /a file packed with gzip\).*; unpack it first \(gunzip --keep '.*packed\.bin'\)/,
    ],
  ])('a test set: %s', (name, content, message) => {
    const outcome = cli('datasets', 'inspect', file(name, content))
    expect(outcome.stderr).toMatch(message)
    expect(isOneClearLine(outcome)).toBe(true)
  })

  it.each([
    ['page.pth', '<html>', /a web page/],
    ['pointer.pth', pointer, /a Git LFS pointer/],
    ['packed.pth', gzipSync('x'), /a file packed with gzip/],
  ])('a checkpoint: %s', (name, content, message) => {
    const outcome = cli('models', 'import', file(name, content), '--out', join(folder, 'n.onnx'))
    expect(outcome.stderr).toMatch(message)
    expect(isOneClearLine(outcome)).toBe(true)
  })

  it('a descriptor or spec that holds only comments', () => {
    const outcome = cli(
      'run',
      file('spec.yaml', '# No descriptor: several outputs\n'),
      '--out',
      join(folder, 'r.json'),
    )
    expect(outcome.stderr).toMatch(
      /spec\.yaml: the file holds nothing but comments; fill it in, or delete it/,
    )
    expect(isOneClearLine(outcome)).toBe(true)
  })
})

import { basename, join, normalize } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainFileName } from '../../src/bytes/file-name.js'

test('what is plain stays', () => {
  for (const name of ['demo-lfw', 'table1-tar-0.001', 'LFW (1)'.replace(/[()]/g, ''), 'a..b', 'x@y,z=1'])
    expect(plainFileName(name)).toBe(name)
})

test.for([
  ['../../x', /^x-[0-9a-f]{8}$/],
  ['..', /^[0-9a-f]{8}$/],
  ['', /^[0-9a-f]{8}$/],
  ['/etc/passwd', /^etc-passwd-[0-9a-f]{8}$/],
  ['a\0b', /^a-b-[0-9a-f]{8}$/],
  ['a\\b', /^a-b-[0-9a-f]{8}$/],
  ['.hidden', /^hidden-[0-9a-f]{8}$/],
  ['-rf', /^rf-[0-9a-f]{8}$/],
  ['C:x', /^C-x-[0-9a-f]{8}$/],
  ['x'.repeat(5000), /^x{60}-[0-9a-f]{8}$/],
] as const)('%j becomes a name of one file', ([text, name]) => {
  expect(plainFileName(text)).toMatch(name)
})

test('any text is one file of the folder, and two texts are two (property)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      const name = plainFileName(one)
      expect(name.length).toBeGreaterThan(0)
      expect(basename(normalize(join('folder', name)))).toBe(name)
      if (one !== other) expect(plainFileName(other)).not.toBe(name)
    }),
  )
})

import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { asInputError, InputError } from '../src/errors.js'

/** As Node throws it. */
function systemError(code: string, errno: number, path = '/data/x.npy'): Error {
  const error = new Error(`${code}: some words of the system, open '${path}'`)
  return Object.assign(error, { code, errno: -errno, syscall: 'open', path })
}

describe('errors of the operating system', () => {
  it.each(Object.entries(constants.errno).filter(([code]) => code !== 'EBADF' && code !== 'EFAULT'))(
    '%s is told in one line that names the path and a remedy',
    (code, errno) => {
      const told = asInputError(systemError(code, errno))
      expect(told).toBeInstanceOf(InputError)
      expect((told as Error).message).toMatch(/^\/data\/x\.npy: [^\n]+; [^\n]+$/)
    },
  )

  it.each([
    ['EFBIG', /larger than a file may be here; raise the limit \(ulimit -f\)/],
    ['EDQUOT', /quota/],
    ['ENAMETOOLONG', /the name is longer than the system takes/],
    ['ELOOP', /in a circle/],
    ['EIO', /could not be read or written/],
  ])('%s has words of its own', (code, words) => {
    expect((asInputError(systemError(code, 1)) as Error).message).toMatch(words)
  })

  it('leaves alone what is a mistake of this program', () => {
    for (const error of [systemError('EBADF', 9), new TypeError('x is not a function')])
      expect(asInputError(error)).toBe(error)
  })
})

describe('a stack', () => {
  it('is kept by the first errors only: a file can lead to millions', () => {
    const depth = Error.stackTraceLimit
    let last = new InputError('the record is no image record', 'train.rec#0')
    for (let i = 1; i <= 1000; i++) last = new InputError('the record is no image record', `train.rec#${i}`)
    expect(last.stack).toBe('InputError: train.rec#1000: the record is no image record')
    expect(Error.stackTraceLimit).toBe(depth)
    expect(new TypeError('x is not a function').stack).toContain('errors.test')
  })
})

describe('messages', () => {
  it('are one printable line, whatever the names in them', () => {
    const { message } = new InputError('unknown key \u001b[31m\u0007', 'a\nb\u009b.bin', 'mend \u202eit')
    expect(message).toBe('a\\nb\\x9b.bin: unknown key \\x1b[31m\\x07; mend \\u202eit')
  })

  it('keep the beginning, the end and the remedy where a name is longer than anyone reads', () => {
    const { message } = new InputError(
      `unknown name 'a${'b'.repeat(1e6)}c'`,
      'x'.repeat(5000),
      'choose another',
    )
    expect(message.length).toBeLessThan(1500)
    expect(message).toMatch(/^x+…x+: unknown name 'ab+…b+c'; choose another$/)
  })

  it('keep what is text: letters of any script, emoji, composed characters', () => {
    const text = 'Łódź 東京 é 👩🏽‍🚀 ﬁ'
    expect(new InputError(text).message).toBe(text)
  })
})

describe('what can be done in several ways', () => {
  const error = new InputError('the model has no descriptor', 'a.onnx', [
    'write a.yaml',
    { flag: '--mean', text: 'give --mean and --std' },
  ])

  it('is told whole', () => {
    expect(error.message).toBe('a.onnx: the model has no descriptor; write a.yaml, or give --mean and --std')
  })

  it('is told to a command without the ways by flags that it has not', () => {
    expect(error.messageFor((flag) => flag === '--mean')).toBe(error.message)
    expect(error.messageFor(() => false)).toBe('a.onnx: the model has no descriptor; write a.yaml')
  })

  it('may get one more, once', () => {
    const more = error.or('leave it out').or('leave it out')
    expect(more.remedy).toBe('write a.yaml, or give --mean and --std, or leave it out')
  })
})

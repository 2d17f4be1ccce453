import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { fieldCase } from '../cases.js'
import { cli, isOneClearLine } from '../cli/cli.js'
import { someOf } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { featureError } from './feature-error.js'

const scratch = scratchFolder()
const theCase = fieldCase('two-networks-one-file', 'torch')

describe.skipIf(theCase.missing !== undefined)(
  `one checkpoint that holds two networks (${theCase.missing ?? 'made by shared/cases'})`,
  () => {
    let folder = ''
    beforeAll(() => {
      folder = theCase.make(scratch)
    }, 120_000)
    const onnx = () => join(folder, 'n.onnx')
    const run = (file: string, ...flags: string[]) => {
      rmSync(onnx(), { force: true })
      return cli('models', 'import', join(folder, file), '--out', onnx(), '--overwrite', ...flags)
    }

    it.each([
      ['student-teacher.pth', ['student', 'teacher']],
      ['teacher-student.pth', ['student', 'teacher']],
      ['last-best.pth', ['state_dict', 'best_state_dict']],
      ['cinema.pth', ['cinema_net', 'aux']],
      ['prefixes.pth', ['student', 'teacher']],
    ])('%s is refused; both places are listed, and --key is asked for', (file, places) => {
      const outcome = run(file)
      expect(isOneClearLine(outcome)).toBe(true)
      for (const place of places) {
        expect(outcome.stderr).toContain(`'${place}' (iresnet)`)
        expect(outcome.stderr).toContain(`--key ${place}`)
      }
      expect(outcome.stderr).toContain('--place')
      expect(existsSync(onnx())).toBe(false)
    })

    const asked = [
      ['student-teacher.pth', '--place', 'student', 'embedding.npy'],
      ['teacher-student.pth', '--key', 'student', 'embedding.npy'],
      ['teacher-student.pth', '--place', 'teacher', 'embedding-other.npy'],
      ['last-best.pth', '--key', 'best_state_dict', 'embedding.npy'],
      ['last-best.pth', '--place', 'state_dict', 'embedding-other.npy'],
      ['cinema.pth', '--key', 'cinema_net', 'embedding.npy'],
      ['prefixes.pth', '--key', 'teacher', 'embedding-other.npy'],
    ]
    it.each(someOf(asked, 3))('%s with %s %s gives %s to 1e-3', async (file, flag, key, expected) => {
      const { status, stdout, stderr } = run(file, flag, key)
      expect(stderr).not.toContain('error:')
      expect(status).toBe(0)
      expect(stdout).toContain(`taken from  ${key}`)
      expect(readFileSync(join(folder, 'n.yaml'), 'utf8')).toContain(`the network at '${key}'`)
      expect(await featureError(folder, onnx(), expected)).toBeLessThan(1e-3)
    })

    it('model-ema.pth imports `model` and says that the averaged copy was not taken', async () => {
      const { stdout } = run('model-ema.pth')
      expect(stdout).toContain('taken from  model\n')
      expect(stdout).toContain('model_ema, an averaged copy (--key model_ema takes it)')
      expect(await featureError(folder, onnx(), 'embedding.npy')).toBeLessThan(1e-3)
    })
  },
)

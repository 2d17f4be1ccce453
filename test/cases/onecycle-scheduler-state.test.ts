import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { fieldCase } from '../cases.js'
import { cli } from '../cli/cli.js'
import { someOf } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { featureError } from './feature-error.js'

const scratch = scratchFolder()
const theCase = fieldCase('onecycle-scheduler-state', 'torch')

describe.skipIf(theCase.missing !== undefined)(
  `objects beside the weights of a checkpoint (${theCase.missing ?? 'made by shared/cases'})`,
  () => {
    let folder = ''
    beforeAll(() => {
      folder = theCase.make(scratch)
    }, 120_000)
    const onnx = () => join(folder, 'n.onnx')
    const run = (file: string) => cli('models', 'import', join(folder, file), '--out', onnx(), '--overwrite')

    const files: [string, RegExp | undefined][] = [
      ['onecycle.pth', /unread {6}scheduler.*getattr.*nothing of it was run/],
      ['evil.pth', /unread {6}note: posix\.system; nothing of it was run/],
      ['multistep.pth', undefined],
      ['plateau.pth', undefined],
      ['lambda.pth', undefined],
      ['onecycle-legacy.pth', /unread {6}scheduler.*getattr.*nothing of it was run/],
      ['dated.pth', /unread {6}saved: datetime\.datetime; nothing of it was run/],
      ['partial.pth', /unread {6}norm: functools\.partial\(torch\.nn\.modules\.batchnorm\.BatchNorm2d\)/],
    ]
    it.each(someOf(files, 2))(
      '%s is imported, to 1e-3; what was left unread is named',
      async (file, unread) => {
        const { status, stdout, stderr } = run(file)
        expect(stderr).not.toContain('error:')
        expect(status).toBe(0)
        expect(stdout).toContain('taken from  model\n')
        if (unread === undefined) expect(stdout).not.toContain('posix')
        else expect(stdout).toMatch(unread)
        expect(await featureError(folder, onnx(), 'embedding.npy')).toBeLessThan(1e-3)
        expect(readFileSync(join(folder, 'n.yaml'), 'utf8')).toContain("the network at 'model'")
      },
    )
  },
)

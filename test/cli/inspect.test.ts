import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { descriptorSchema } from '../../src/models/descriptor.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()

describe('doctor', () => {
  it('tries every provider and says what is there', () => {
    const { status, stdout } = cli('doctor', '--json', '--cache', folder)
    expect(status).toBe(0)
    const findings = JSON.parse(stdout) as {
      providers: { name: string; condition: string; problem: string | null; remedy: string }[]
      freeDiskBytes: number
    }
    expect(findings.providers.map(({ name }) => name)).toEqual(['cpu', 'cuda', 'webgpu', 'coreml'])
    expect(findings.providers[0]).toEqual({
      name: 'cpu',
      condition: 'ran a network',
      problem: null,
      remedy: '',
    })
    // Whatever a machine lacks has a name and something that mends it.
    for (const { condition, problem, remedy } of findings.providers) {
      expect(problem === null).toBe(condition === 'ran a network')
      if (problem !== null) expect([problem, remedy]).not.toContain('')
    }
    expect(findings.freeDiskBytes).toBeGreaterThan(0)
  })

  it('fails where the cache cannot be written', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const { status, stdout } = cli('doctor', '--cache', join(file, 'cache'))
    expect(status).toBe(1)
    expect(stdout).toMatch(/NOT WRITABLE/)
  })
})

describe('models inspect', () => {
  it.skipIf(!REAL)(
    'says what a network is and drafts a descriptor that is valid (needs ../shared/real)',
    () => {
      const { stdout, stderr } = cli('models', 'inspect', join(REAL ?? '', 'mobilefacenet.onnx'))
      expect(stderr).toMatch(/parameters {2}990,016/)
      expect(stderr).toMatch(/input {7}input0 {2}float32 \[1, 3, 112, 112\]/)
      const draft = descriptorSchema.parse(parse(stdout))
      expect(draft).toMatchObject({
        role: 'recogniser',
        batch: { min: 1, max: 1 },
        output: { name: 'output0', size: 128 },
      })
    },
  )

  it.skipIf(!REAL)(
    'drafts one that may lie elsewhere: it says where the network is (needs ../shared/real)',
    () => {
      const network = join(REAL ?? '', 'mobilefacenet.onnx')
      const out = join(folder, 'elsewhere', 'mine.yaml')
      expect(cli('models', 'inspect', network, '--out', out).status).toBe(0)
      const descriptor = descriptorSchema.parse(parse(readFileSync(out, 'utf8')))
      expect(resolve(folder, 'elsewhere', descriptor.file ?? '')).toBe(resolve(network))
    },
  )

  it('says that a file is no network', () => {
    const file = join(folder, 'no.onnx')
    writeFileSync(file, 'not a network at all')
    const outcome = cli('models', 'inspect', file)
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
  })
})

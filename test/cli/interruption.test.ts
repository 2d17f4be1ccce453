import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'
import { cli } from './cli.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))
const TERMINAL = fileURLToPath(new URL('terminal.py', import.meta.url))
const folder = scratchFolder()
const at = (...names: string[]) => join(folder, ...names)

interface Ending {
  readonly output: string
  readonly code: number
  /** from the signal to the end of the process */
  readonly seconds: number | null
}

/** Runs a command on a terminal and sends the signal once it has written the text. */
function interrupted(signal: 'CTRL-C' | 'SIGTERM', text: string, ...args: string[]): Ending {
  const { stdout } = spawnSync(PYTHON, [TERMINAL, signal, text, '100', process.execPath, MAIN, ...args], {
    encoding: 'utf8',
  })
  return JSON.parse(stdout)
}

const SIGNALS = [
  ['CTRL-C', 130],
  ['SIGTERM', 143],
] as const
const GOES_ON = 'interrupted; run the same command again: it goes on where it stopped\r\n'
const SHOW_CURSOR = '\u001b[?25h'
const WRAP_LINES = '\u001b[?7h'

function isRestored({ output }: Ending): boolean {
  const after = (sequence: string) => output.lastIndexOf(sequence)
  return after(SHOW_CURSOR) > after('\u001b[?25l') && after(WRAP_LINES) > after('\u001b[?7l')
}

describe.skipIf(!pythonHas('pty'))('a signal, on a terminal (needs Python for one)', () => {
  const vectors = at('vectors.npy')

  it.each(SIGNALS)('%s ends a run that can go on with %d, the terminal as it was', (signal, code) => {
    expect(cli('generate', 'identities', '--count', '400', '--out', vectors).status).toBe(0)
    const out = at(`set-${code}`)
    const flags = ['generate', 'dataset', '--identities', vectors, '--images', '50', '--out', out]
    const ending = interrupted(signal, 'generating', ...flags, '--threads', '2')
    expect(ending.code).toBe(code)
    expect(ending.output.endsWith(GOES_ON), ending.output).toBe(true)
    expect(isRestored(ending), ending.output).toBe(true)
    expect(existsSync(join(out, 'run.json'))).toBe(true)
  })

  it('a command that would begin anew does not say that it goes on, and leaves nothing half-written', () => {
    const ending = interrupted(
      'CTRL-C',
      'pairs',
      'metrics',
      'separability',
      vectors,
      '--chart',
      at('c', 'x.png'),
    )
    expect(ending.code).toBe(130)
    expect(ending.output).toMatch(/interrupted\r\n$/)
    expect(isRestored(ending), ending.output).toBe(true)
    expect(readdirSync(at('c'))).toEqual([])
  })

  it.each(SIGNALS)('%s ends a worker that waits for Redis within seconds, with %d', (signal, code) => {
    const flags = ['--out', at('set-130'), '--redis', 'redis://127.0.0.1:1']
    const ending = interrupted(signal, "can't be reached", 'generate', 'work', ...flags)
    expect(ending.output).toContain('finishing the parts at hand')
    expect(ending.code).toBe(code)
    expect(ending.seconds).toBeLessThan(20)
  })
})

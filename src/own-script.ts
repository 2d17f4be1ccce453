import { type ChildProcess, spawn } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const CODE = ['-e', '--eval', '-p', '--print', '-pe']

/** Node's own flags of this process, without code that stands among them: a child would run that instead, again and again. */
export function nodeFlags(flags: readonly string[] = process.execArgv): string[] {
  return flags.filter((flag, i) => !CODE.includes(flag) && !CODE.includes(flags[i - 1] ?? ''))
}

/**
 * Runs a script of this program's own in a process of its own, whose libraries may write to the terminal, or end it.
 * @param name the file beside `from`, without its ending
 * @param from `import.meta.url` of who asks
 */
export function startScript(name: string, from: string, args: readonly string[] = []): ChildProcess {
  // From source, as tests run, the script is TypeScript too.
  const script = fileURLToPath(new URL(`./${name}${extname(from)}`, from))
  return spawn(process.execPath, [...nodeFlags(), script, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
}

/** What a process printed, and how it ended. @throws Error where it could not be started */
export function answerOf(child: ChildProcess): Promise<{
  readonly said: string
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
}> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
    })
    child.once('error', reject)
    child.once('close', (status, signal) => resolve({ said, status, signal }))
  })
}

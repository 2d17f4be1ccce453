import { spawnSync } from 'node:child_process'

/** Debian's Python, whose scientific packages give reference values. The product doesn't need it. */
export const PYTHON = '/usr/bin/python3'

/** Whether Python has these modules; a test that needs them skips where it hasn't. */
export function pythonHas(...modules: string[]): boolean {
  return spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0
}

/** Runs a script and parses the JSON that it prints. */
export function pythonJson<T>(script: string, ...args: string[]): T {
  const { status, stdout, stderr } = spawnSync(PYTHON, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`)
  return JSON.parse(stdout) as T
}

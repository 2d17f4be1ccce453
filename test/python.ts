import { spawnSync } from 'node:child_process'

/** Debian's Python, whose scientific packages give reference values. The product doesn't need it. */
export const PYTHON = '/usr/bin/python3'

/** Whether Python has these modules; a test that needs them skips where it hasn't. */
export function pythonHas(...modules: string[]): boolean {
  return spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0
}

/** Bytes that a Python script prints; the arguments are its own. @throws Error where it fails */
export function runPython(args: readonly string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(PYTHON, args, { input, maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`Python failed: ${stderr}`)
  return stdout
}

/** Runs a script and parses the JSON that it prints. */
export function pythonJson<T>(script: string, ...args: string[]): T {
  return JSON.parse(runPython([script, ...args]).toString()) as T
}

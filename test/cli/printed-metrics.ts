import { Command } from 'commander'
import { vi } from 'vitest'
import { registerMetrics } from '../../src/cli/metrics.js'

/** What a command of `metrics` prints, run in this process. */
export async function printedMetrics(...args: string[]): Promise<string> {
  const command = new Command()
  await registerMetrics(command, args)
  let printed = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  try {
    await command.parseAsync(['metrics', ...args], { from: 'user' })
  } finally {
    write.mockRestore()
  }
  return printed
}

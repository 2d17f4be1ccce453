import { readFileSync } from 'node:fs'
import type { MemoryTask } from './peak-memory.js'
import { openPipeline } from './pipeline.js'

/** Most bytes that this process has held. Linux tells it of this program alone; elsewhere the system's own count. */
function mostBytes(): number {
  if (process.platform === 'linux') {
    const kilobytes = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  }
  return process.resourceUsage().maxRSS * 1024
}

try {
  const { pipeline, batch, options } = JSON.parse(process.argv[2]) as MemoryTask
  const opened = await openPipeline(pipeline, batch, options)
  await opened.run()
  await opened.run()
  process.stdout.write(String(mostBytes()))
  await opened.close()
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

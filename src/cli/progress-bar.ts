import cliProgress from 'cli-progress'
import type { Progress } from '../progress.js'
import { log } from './output.js'

/** A log gets a line this often, in milliseconds. */
const LOG_EVERY = 30_000

/** Progress on stderr: a bar on a terminal, now and then a line in a log. */
export function terminalProgress(quiet = false): Progress {
  if (quiet) return { start() {}, update() {}, stop() {} }
  return process.stderr.isTTY ? bar() : lines()
}

function bar(): Progress {
  let current: cliProgress.SingleBar | undefined
  let begun = 0
  let first = 0
  let total = 0
  return {
    start(label, count, unit) {
      current?.stop()
      total = count
      begun = performance.now()
      first = -1
      current = new cliProgress.SingleBar({
        format: `${label} [{bar}] {value}/{total} ${unit} · {rate} ${unit}/s · {left} left`,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barCompleteChar: '=',
        barIncompleteChar: ' ',
      })
      current.start(count, 0, { rate: '-', left: '-' })
    },
    update(done) {
      if (first < 0) first = done
      const seconds = (performance.now() - begun) / 1000
      const rate = seconds > 0 ? (done - first) / seconds : 0
      current?.update(done, {
        rate: rate > 0 ? rate.toFixed(rate < 10 ? 1 : 0) : '-',
        left: rate > 0 ? duration((total - done) / rate) : '-',
      })
    },
    stop() {
      current?.stop()
      current = undefined
    },
  }
}

function lines(): Progress {
  let label = ''
  let unit = ''
  let total = 0
  let begun = 0
  let first = -1
  let said = 0
  return {
    start(name, count, of) {
      label = name
      unit = of
      total = count
      begun = performance.now()
      said = begun
      first = -1
    },
    update(done) {
      if (first < 0) first = done
      const now = performance.now()
      if (now - said < LOG_EVERY || done >= total) return
      said = now
      const rate = ((done - first) / (now - begun)) * 1000
      log(
        `${label}: ${done}/${total} ${unit}, ${rate.toFixed(1)} ${unit}/s, ${duration((total - done) / rate)} left`,
      )
    },
    stop() {},
  }
}

/** 75 -> 1m15s */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-'
  const whole = Math.max(0, Math.round(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = whole % 60
  if (hours > 0) return `${hours}h${String(minutes).padStart(2, '0')}m`
  return minutes > 0 ? `${minutes}m${String(rest).padStart(2, '0')}s` : `${rest}s`
}

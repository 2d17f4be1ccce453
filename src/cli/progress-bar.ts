import cliProgress from 'cli-progress'
import { printable } from '../printable.js'
import { type Progress, silent } from '../progress.js'
import { log } from './output.js'

/** A log gets a line this often, in milliseconds. */
const LOG_EVERY = 30_000
/** Characters of a label that are shown. */
const LONGEST_LABEL = 60

/** The bar that is on the terminal, if one is. */
let shown: cliProgress.SingleBar | undefined

/** Progress on stderr: a bar on a terminal, now and then a line in a log. */
export function terminalProgress(quiet = false): Progress {
  if (quiet) return silent
  return process.stderr.isTTY ? bar() : lines()
}

/** Takes the bar away that is shown, if one is: the cursor is there again, and long lines wrap. */
export function endProgress(): void {
  shown?.stop()
  shown = undefined
}

function bar(): Progress {
  const pace = new Pace()
  return {
    start(label, total, unit) {
      endProgress()
      pace.start(total)
      shown = new cliProgress.SingleBar({
        format: '{label} [{bar}] {value}/{total} {unit} · {rate} {unit}/s · {left} left',
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barCompleteChar: '=',
        barIncompleteChar: ' ',
      })
      process.once('exit', endProgress)
      shown.start(total, 0, { label: printable(label, LONGEST_LABEL), unit, rate: '-', left: '-' })
    },
    update(done) {
      const rate = pace.at(done)
      shown?.update(done, {
        rate: rate > 0 ? rate.toFixed(rate < 10 ? 1 : 0) : '-',
        left: pace.left(done, rate),
      })
    },
    stop() {
      endProgress()
      process.off('exit', endProgress)
    },
  }
}

function lines(): Progress {
  const pace = new Pace()
  let label = ''
  let unit = ''
  let total = 0
  let said = 0
  return {
    start(name, count, of) {
      label = printable(name, LONGEST_LABEL)
      unit = of
      total = count
      said = performance.now()
      pace.start(count)
    },
    update(done) {
      const rate = pace.at(done)
      if (performance.now() - said < LOG_EVERY || done >= total) return
      said = performance.now()
      log(`${label}: ${done}/${total} ${unit}, ${rate.toFixed(1)} ${unit}/s, ${pace.left(done, rate)} left`)
    },
    stop() {},
  }
}

/** How fast work goes on: what an interrupted run had done before doesn't count. */
class Pace {
  #begun = 0
  #first = -1
  #total = 0

  start(total: number): void {
    this.#begun = performance.now()
    this.#first = -1
    this.#total = total
  }

  /** Units a second; 0 where nothing is known yet. */
  at(done: number): number {
    if (this.#first < 0) this.#first = done
    const seconds = (performance.now() - this.#begun) / 1000
    return seconds > 0 ? (done - this.#first) / seconds : 0
  }

  left(done: number, rate: number): string {
    return rate > 0 ? duration((this.#total - done) / rate) : '-'
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

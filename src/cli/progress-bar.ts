import type CliProgress from 'cli-progress'
import { onDemand } from '../on-demand.js'
import { type Progress, type ProgressStep, silent } from '../progress.js'
import { log } from './output.js'
import { logLine, progressLine, type Standing } from './progress-line.js'

const cliProgress = onDemand<typeof CliProgress>('cli-progress')

/** A log gets a line this often, in milliseconds. */
const LOG_EVERY = 30_000
/** Of a terminal that doesn't say how wide it is. */
const COLUMNS = 80

/** The bar that is on the terminal, if one is. */
let shown: CliProgress.SingleBar | undefined

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
  const work = new Work()
  return {
    step: (step) => work.enter(step),
    start(label, total, unit) {
      endProgress()
      work.start(label, total, unit)
      shown = new (cliProgress().SingleBar)({
        format: () => progressLine(work.standing, process.stderr.columns || COLUMNS),
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      })
      process.once('exit', endProgress)
      shown.start(total, 0)
    },
    update(done) {
      work.update(done)
      shown?.update(done)
    },
    stop() {
      endProgress()
      process.off('exit', endProgress)
    },
  }
}

function lines(): Progress {
  const work = new Work()
  let said = 0
  return {
    step: (step) => work.enter(step),
    start(label, total, unit) {
      said = performance.now()
      work.start(label, total, unit)
    },
    update(done) {
      work.update(done)
      if (performance.now() - said < LOG_EVERY || done >= work.standing.total) return
      said = performance.now()
      log(logLine(work.standing))
    },
    stop() {},
  }
}

/** Work that goes on, and how fast: what an interrupted run had done before doesn't count. */
class Work {
  #begun = 0
  #first = -1
  #done = 0
  #of = { label: '', total: 0, unit: '' }
  #step: ProgressStep | undefined

  enter(step: ProgressStep): void {
    this.#step = step
  }

  start(label: string, total: number, unit: string): void {
    this.#begun = performance.now()
    this.#first = -1
    this.#done = 0
    this.#of = { label, total, unit }
  }

  update(done: number): void {
    if (this.#first < 0) this.#first = done
    this.#done = done
  }

  get standing(): Standing {
    const seconds = (performance.now() - this.#begun) / 1000
    const rate = this.#first >= 0 && seconds > 0 ? (this.#done - this.#first) / seconds : 0
    const step = this.#step
    return { ...this.#of, done: this.#done, rate, ...(step && { step, whole: step.left() }) }
  }
}

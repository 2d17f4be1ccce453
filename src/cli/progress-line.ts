import { printable } from '../printable.js'
import type { TimeLeft } from '../progress.js'

/** Where work stands, to be shown in one line. */
export interface Standing {
  /** what is being done: the only part that is shortened */
  readonly label: string
  readonly done: number
  readonly total: number
  readonly unit: string
  /** units a second; 0 where it is not known yet */
  readonly rate: number
  /** of a whole of several steps */
  readonly step?: { readonly number: number; readonly of: number }
  readonly whole?: TimeLeft | undefined
}

/** A bar is worth its place from this many columns on. */
const SHORTEST_BAR = 8
const LONGEST_BAR = 40
/** Of a label at least this much is shown before the unit is left out. */
const SHORTEST_LABEL = 12

/** `2/9 r50 on lfw [====    ] 3,000/6,000 images 512/s 6s left, all 1m02s`: no longer than the columns, one line. */
export function progressLine(standing: Standing, columns: number): string {
  const step = standing.step === undefined ? '' : `${standing.step.number}/${standing.step.of} `
  const room = Math.max(20, columns - 1)
  const tail = [true, false].map((full) => tailOf(standing, full))
  const right = tail.find((text) => step.length + SHORTEST_LABEL + 1 + text.length <= room) ?? tail[1]
  const free = room - step.length - right.length - 1
  const label = shortened(printable(standing.label), Math.max(0, free))
  const bar = Math.min(LONGEST_BAR, free - label.length - 3)
  const text = `${step}${label}${bar >= SHORTEST_BAR ? ` ${barOf(standing, bar)}` : ''} ${right}`
  return text.slice(0, room)
}

/** The same for a log, where nothing is too long. */
export function logLine(standing: Standing): string {
  const step = standing.step === undefined ? '' : `step ${standing.step.number} of ${standing.step.of}, `
  return `${step}${printable(standing.label)}: ${tailOf(standing, true)}`
}

/** What is never shortened: how far, how fast, how long. */
function tailOf({ done, total, unit, rate, whole }: Standing, full: boolean): string {
  const count = full ? `${grouped(done)}/${grouped(total)} ${unit}` : `${percent(done, total)}`
  const pace = rate > 0 ? `${rate.toFixed(rate < 10 ? 1 : 0)}/s` : '-/s'
  const left = rate > 0 ? duration((total - done) / rate) : '-'
  return `${count} ${pace} ${left} left${wholeOf(whole, rate > 0 ? (total - done) / rate : 0)}`
}

/** The whole can't end before its step. */
function wholeOf(whole: TimeLeft | undefined, step: number): string {
  if (whole === undefined) return ''
  return `, all ${whole.atLeast ? '>' : ''}${duration(Math.max(whole.seconds, step))}`
}

function barOf({ done, total }: Standing, width: number): string {
  const filled = total > 0 ? Math.round((width * Math.min(done, total)) / total) : 0
  return `[${'='.repeat(filled)}${' '.repeat(width - filled)}]`
}

const grouped = (count: number): string => count.toLocaleString('en')

const percent = (done: number, total: number): string =>
  `${total > 0 ? Math.floor((100 * done) / total) : 0}%`

/** A label that is too long loses its middle: both ends tell more. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  if (most < 3) return text.slice(0, most)
  const end = Math.floor((most - 1) / 2)
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`
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

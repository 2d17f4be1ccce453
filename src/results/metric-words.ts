import type { MetricIdentity } from './metric.js'

/**
 * A family of metrics in words, with what it leaves open. `told` gives a parameter as a reader writes it, or `family` or
 * `against`; where a metric lacks one that is asked for, its words are made without this.
 */
export type Words = (told: (name: string) => string) => string

/** What a family says of itself for a reader. */
export interface Worded {
  /** what it is called, where the family isn't a word for a reader */
  readonly called?: string | undefined
  readonly words?: Words | undefined
}

/** A metric in a reader's words, `of` what it is, `by` what it was seen with at the end. */
export function inWords(metric: MetricIdentity, { called, words }: Worded, of?: string): string {
  const { family, against, by } = metric
  const said =
    (words && toldBy(metric, words)) ??
    `${called ?? family}${against === undefined ? '' : ` to ${against}`}${rest(metric)}`
  return `${said}${of === undefined ? '' : ` of ${of}`}${by === undefined ? '' : `, by ${by}`}`
}

/** Undefined where the metric lacks something that its words ask for. */
function toldBy({ family, parameters, against }: MetricIdentity, words: Words): string | undefined {
  const known: Record<string, number | string | undefined> = { ...parameters, family, against }
  let isWhole = true
  const said = words((name) => {
    const value = known[name]
    if (value === undefined) isWhole = false
    return shown(value)
  })
  return isWhole ? said : undefined
}

function rest({ parameters }: MetricIdentity): string {
  return Object.entries(parameters)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, value]) => `, ${wordsOf(name)} ${shown(value)}`)
    .join('')
}

/** `subsetSize` -> `subset size` */
function wordsOf(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function shown(value: number | string | undefined): string {
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 12 }) : String(value)
}

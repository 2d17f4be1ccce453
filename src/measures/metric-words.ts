import { wordedOf } from '../results/evaluation.js'
import type { MetricIdentity } from '../results/metric.js'
import { inWords, type Worded } from '../results/metric-words.js'
import { measureOf } from './list.js'

/** What gives the family says how it reads. Where that is an expression, the family itself is the word. */
function worded(name: string): Worded {
  const given = measureOf(name)?.family
  if (given === undefined) return wordedOf(name) ?? {}
  return typeof given.family === 'string' ? given : { words: given.words }
}

/**
 * What a metric is called wherever a person reads of it: `separable identities at 0.4, by r100`. The measurement, or the
 * protocol, that gives the family says so. Programs and policies have its parts and `metricName`.
 * @param of what has it, where that is told beside
 */
export function metricWords(metric: MetricIdentity, of?: string): string {
  return inWords(metric, worded(metric.family), of)
}

/** The same without parameters, for a sentence about the whole family. */
export function familyWords(family: string): string {
  return worded(family).called ?? family
}

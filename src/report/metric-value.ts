import type { Metric } from '../results/metric.js'
import { showNumber } from './numbers.js'

/** A metric's number as a reader sees it. Shares are shown in percent. */
export interface MetricValue {
  /** with its unit */
  readonly value: string
  /** its interval, or its standard error; empty where neither is known */
  readonly spread: string
}

/** `86.20 %` and `± 0.31`, `4.21` and `3.98 – 4.44` */
export function metricValue({ value, unit, interval, standardError }: Metric): MetricValue {
  const share = unit === 'share'
  const scaled = (number: number): string => showNumber(share ? 100 * number : number)
  const shown = unit === '%' || share ? `${(share ? 100 * value : value).toFixed(2)} %` : showNumber(value)
  return {
    value: unit === undefined || share || unit === '%' ? shown : `${shown} ${unit}`,
    spread:
      interval !== undefined
        ? `${scaled(interval.low)} – ${scaled(interval.high)}`
        : standardError === undefined
          ? ''
          : `± ${scaled(standardError)}`,
  }
}

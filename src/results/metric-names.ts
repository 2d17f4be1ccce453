/**
 * How metrics of datasets are called, the same where they are measured, compared and held against the paper's claims: a
 * family, its parameter, and the recogniser that looked. `separable@0.4 by r100`, `imagesPerSecond@batch=8`, `FID`.
 * The paper's separability is at 0.4.
 */
export function separableName(threshold: number, recogniser: string): string {
  return `separable@${threshold} by ${recogniser}`
}

/** Identities among all with no earlier one at or above the threshold. */
export function uniqueName(threshold: number, recogniser: string): string {
  return `unique@${threshold} by ${recogniser}`
}

export function averageSimilarityName(recogniser: string): string {
  return `average identity similarity by ${recogniser}`
}

export function imagesPerSecondName(batch: number): string {
  return `imagesPerSecond@batch=${batch}`
}

/** What is left without parameter and recogniser: `separable`, `tar`, `average identity similarity`. */
export function metricFamily(name: string): string {
  return name.replace(/(@| by ).*/, '')
}

/** The recogniser that a metric is by; undefined where none is named. */
export function recogniserOf(name: string): string | undefined {
  return / by (.+)$/.exec(name)?.[1]
}

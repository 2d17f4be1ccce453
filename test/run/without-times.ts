/** A part of results without how long things took: what two runs of the same must agree in. */
export function withoutTimes(part: unknown): unknown {
  return JSON.parse(JSON.stringify(part ?? null, (key, value) => (key === 'seconds' ? undefined : value)))
}

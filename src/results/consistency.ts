import { evaluationContradiction, testSetContradiction } from './evaluation.js'
import type { Results } from './schema.js'

/** Where results contradict themselves, in words; undefined where they don't. A schema can't see it. */
export function contradictionIn(results: Results): string | undefined {
  for (const [what, list] of [
    ['model', results.models],
    ['test set', results.testSets],
  ] as const) {
    const seen = new Set<string>()
    for (const { id } of list) {
      if (seen.has(id)) return `there are two ${what}s '${id}'`
      seen.add(id)
    }
  }
  for (const testSet of results.testSets) {
    const contradiction = testSetContradiction(testSet)
    if (contradiction !== undefined) return contradiction
  }
  for (const evaluation of results.evaluations) {
    const testSet = results.testSets.find(({ id }) => id === evaluation.testSet)
    if (testSet === undefined) return `there is no test set '${evaluation.testSet}'`
    const contradiction = evaluationContradiction(evaluation, testSet)
    if (contradiction !== undefined) return contradiction
  }
  return undefined
}

/** The test sets of the demo world, named after those whose difficulty they imitate. */
export const DEMO_TEST_SETS = [
  'demo-lfw',
  'demo-cfp-fp',
  'demo-agedb',
  'demo-calfw',
  'demo-cplfw',
  'demo-hadrian',
  'demo-eclipse',
  'demo-sslfw',
  'demo-doppelver',
] as const

export type DemoTestSet = (typeof DEMO_TEST_SETS)[number]

export const FOLDS = 10

/** Pairs in a fold of the full set, half of them same: as in the set that is imitated. */
export function fullPairsPerFold(name: DemoTestSet): number {
  return name === 'demo-cfp-fp' ? 700 : 600
}

/** What the name of a test set promises. */
export interface KnownSet {
  readonly title: string
  /** names that the field gives its files, without separators and in small letters */
  readonly names: readonly string[]
  readonly pairs: number
}

/** Folds of all of them; half of a fold's pairs are same. */
export const KNOWN_FOLDS = 10

/** Test sets whose size their authors fixed. DoppelVer's folds differ in size. */
const KNOWN_SETS: readonly KnownSet[] = [
  { title: 'LFW', names: ['lfw'], pairs: 6000 },
  { title: 'CFP-FP', names: ['cfpfp'], pairs: 7000 },
  { title: 'CFP-FF', names: ['cfpff'], pairs: 7000 },
  { title: 'AgeDB-30', names: ['agedb', 'agedb30'], pairs: 6000 },
  { title: 'CALFW', names: ['calfw'], pairs: 6000 },
  { title: 'CPLFW', names: ['cplfw'], pairs: 6000 },
  { title: 'VGG2-FP', names: ['vgg2fp'], pairs: 5000 },
  { title: 'Hadrian', names: ['hadrian'], pairs: 6000 },
  { title: 'Eclipse', names: ['eclipse'], pairs: 6000 },
  { title: 'SSLFW', names: ['sslfw', 'sllfw'], pairs: 6000 },
]

/** The set that a name promises: `agedb_30`, `cfp-fp_112x112`, `demo-lfw`; undefined where it promises none. */
export function knownSet(name: string): KnownSet | undefined {
  const plain = name
    .toLowerCase()
    .replace(/^demo[-_ ]/, '')
    .replace(/[-_ ]?(align(ed)?)?[-_ ]?112(x112)?$/, '')
    .replace(/[-_ ]/g, '')
  return KNOWN_SETS.find(({ names }) => names.includes(plain))
}

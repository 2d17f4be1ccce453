import { type HostileFile, numbered, repeated } from '../hostile-file.js'

const PAIRS = 'first,second,same\n'
const POINTS = 'image,x1,y1,x2,y2,x3,y3,x4,y4,x5,y5\n'

/** Tables and lists of text. */
export const hostileTables: readonly HostileFile[] = [
  { reader: 'features', what: 'one row of 10 million numbers', make: () => repeated('1,') },
  { reader: 'features', what: 'one row of 6 million numbers, quoted', make: () => repeated('"1",') },
  { reader: 'features', what: '10 million rows of one number', make: () => repeated('1\n') },
  { reader: 'features', what: '5 million rows of two numbers', make: () => repeated('1,2\n') },
  { reader: 'features', what: 'a quote that never ends', make: () => repeated('1,2\n', '"') },
  { reader: 'features', what: '20 million empty lines', make: () => repeated('\n', '1,2\n') },
  {
    reader: 'features',
    what: 'numbers among millions of blanks',
    make: () => repeated(' ', '1', '2\n3 4\n'),
  },
  {
    reader: 'features',
    what: 'a header of millions of names',
    make: () => numbered((n) => `a${n},`),
  },
  { reader: 'pair-labels', what: '10 million labels', make: () => repeated('1\n') },
  { reader: 'pair-labels', what: 'one line of 10 million labels', make: () => repeated('1,') },
  { reader: 'pair-lists', what: '3 million pairs of a CSV', make: () => repeated('a,b,1\n', PAIRS) },
  {
    reader: 'pair-lists',
    what: 'a CSV of pairs, each of two images of its own',
    make: () => numbered((n) => `${n},a${n},0\n`, PAIRS),
  },
  { reader: 'pair-lists', what: 'a CSV whose rows are too short', make: () => repeated('1\n', PAIRS) },
  { reader: 'pair-lists', what: 'a CSV with one row of millions of cells', make: () => repeated(',', PAIRS) },
  {
    reader: 'pair-lists',
    what: 'a CSV whose header has millions of names',
    make: () => repeated('a,', 'first,'),
  },
  { reader: 'pair-lists', what: "LFW's list, 2 million pairs", make: () => repeated('A\t1\t2\n') },
  {
    reader: 'pair-lists',
    what: "LFW's list, then 20 million empty lines",
    make: () => repeated('\n', 'A\t1\t2\n'),
  },
  {
    reader: 'pair-lists',
    what: "SLLFW's list, then 20 million empty lines",
    make: () => repeated('\n', 'A/A_0001.jpg\nA/A_0002.jpg\n'),
  },
  { reader: 'pair-lists', what: "SLLFW's list, 3 million images", make: () => repeated('A/a.j\n') },
  {
    reader: 'landmarks',
    what: '900,000 photographs with landmarks of one digit',
    make: () => numbered((n) => `${n}${',1'.repeat(10)}\n`, POINTS),
  },
  { reader: 'landmarks', what: 'rows that are too short', make: () => repeated('1\n', POINTS) },
]

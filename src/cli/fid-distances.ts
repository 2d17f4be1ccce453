import { type Command, Option } from 'commander'
import type { FeatureSet } from '../features/feature-set.js'
import { frechet } from '../measures/frechet.js'
import { MEASURES } from '../measures/list.js'
import type { Measure } from '../measures/measure.js'
import { type DistanceMeasure, isDistance } from '../measures/set-distance.js'
import type { FrechetDistance } from '../metrics/frechet.js'
import { addOptionFlags, optionsOf, type Shown } from './option-flags.js'

/** The sets are files or whole datasets, and the network is --model. */
const OF_SETS = ['features', 'reference', 'images']
const TOLD = { features: 'given', reference: 'given' }

/** What can be measured beside the Frechet distance. */
const others = (): DistanceMeasure[] => MEASURES.filter(isDistance).filter(({ id }) => id !== frechet.id)

/** `--kid`: what asks for a distance. */
const askedBy = ({ command, summary }: DistanceMeasure): Option => new Option(`--${command}`, summary)

const shownWith = ({ command, id }: Measure): Shown => ({
  told: OF_SETS,
  ...(id !== frechet.id && { only: `with --${command}: ` }),
})

/** Adds a flag for each distance of two sets that can be measured, and those of its options. */
export function addDistanceFlags(command: Command): void {
  addOptionFlags(command, frechet.options, shownWith(frechet))
  for (const measure of others())
    addOptionFlags(command.addOption(askedBy(measure)), measure.options, shownWith(measure))
}

/** A distance that the flags ask for. */
export interface AskedDistance extends Pick<DistanceMeasure, 'id' | 'distance'> {
  readonly options: unknown
}

/** What the flags say of a measurement. @throws InputError */
const optionsFor = (measure: Measure, flags: object): unknown =>
  optionsOf(measure.options, flags, shownWith(measure), TOLD)

/** The distances that the flags ask for, in the order of the measurements. @throws InputError at bad options */
export function askedDistances(flags: object): AskedDistance[] {
  const values = new Map<string, unknown>(Object.entries(flags))
  return others()
    .filter((measure) => values.get(askedBy(measure).attributeName()) === true)
    .map((measure) => ({
      id: measure.id,
      distance: measure.distance,
      options: optionsFor(measure, flags),
    }))
}

/** Takes the Frechet distance, as the flags say. */
export async function takeFrechet(
  own: FeatureSet,
  other: FeatureSet,
  flags: object,
  seed: number,
): Promise<FrechetDistance> {
  const { outcome } = await frechet.distance.compare(own, other, optionsFor(frechet, flags), seed)
  return outcome
}

/** Reads the features of the sets that are looked at image by image: then no set is read twice. */
export async function readAhead(
  [generated, real]: readonly FeatureSet[],
  asked: readonly AskedDistance[],
): Promise<void> {
  if (asked.length > 0) await generated.features()
  if (asked.some(({ distance }) => distance.ofReference === 'features')) await real?.features()
}

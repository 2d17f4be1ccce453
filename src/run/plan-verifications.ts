import { type FeatureCache, featureKey } from '../features/cache.js'
import { extractFeatures, type ImageSource } from '../features/extraction.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import { loadModel, type Model, requireRole } from '../models/model.js'
import { ModelSession, type RecordedSession } from '../models/session.js'
import type { Missing } from '../results/schema.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import { missing as missingEntry, readCatalogue } from './catalogue.js'
import type { Identified } from './described.js'
import { supplyOf } from './grid/plan-spec.js'
import { firstDrawings } from './planned-steps.js'
import type { RunOptions } from './run-options.js'
import { type LoadedSpec, testSetIds } from './spec.js'
import { type PlannedStep, type Step, verifyStep } from './steps.js'
import { resolveProtocol } from './verify-models.js'

/** Seconds an image that is drawn: on two cores, to have an order of magnitude. */
const DRAWING = 0.02
/** Images that a network computes for its pace, once more than are timed. */
const TRIAL = 16

/** Steps of drawing, as a plan shows them. */
export function drawnSteps(steps: readonly Step[]): PlannedStep[] {
  return steps.map(({ name, work }) => ({ name, kept: false, seconds: DRAWING * work, measured: false }))
}

/** What is drawn before anything else: test sets, and what the cells of a grid need. @throws InputError */
export async function drawnAtFirst(loaded: LoadedSpec, options: RunOptions): Promise<PlannedStep[]> {
  return drawnSteps(await firstDrawings(loaded, options.sources, supplyOf(loaded.spec, options)))
}

/** A test set as far as it is known: one that is to be drawn has no content yet. */
interface KnownSet {
  readonly id: string
  readonly images: number
  readonly fingerprint?: string
}

/** Every recogniser on every test set. @throws InputError */
export async function verifications(
  loaded: LoadedSpec,
  modelIds: readonly string[],
  options: RunOptions,
): Promise<{ readonly steps: PlannedStep[]; readonly missing: Missing[] }> {
  const { spec, path } = loaded
  const catalogue = await readCatalogue(path, spec.catalogue)
  const supply = supplyOf(spec, options)
  const missing: Missing[] = []
  const models: Identified<Model<RecogniserDescriptor>>[] = []
  for (const id of modelIds) {
    const place = await options.sources.model(id, { ...supply, lookOnly: true })
    if (place === undefined) missing.push(missingEntry('model', id, catalogue))
    else models.push({ id, value: requireRole(await loadModel(place), 'recogniser') })
  }
  const sets: KnownSet[] = []
  for (const id of testSetIds(spec)) {
    const looked = await options.sources.testSet(id, { ...supply, lookOnly: true })
    if (looked === undefined) missing.push(missingEntry('test set', id, catalogue))
    else if (looked.toDraw) sets.push({ id, images: looked.toDraw })
    else if (models.length > 0) sets.push(await openedSet(id, options, supply))
  }
  const steps: PlannedStep[] = []
  for (const { id, value } of models) {
    const { flip } = resolveProtocol(spec.protocol, spec.seed, value.descriptor)
    const kept = await Promise.all(
      sets.map((set) => isKept(set, value, flip, options.cache, options.session)),
    )
    const pace = kept.every(Boolean) ? 0 : await secondsAnImage(value, flip, options.session)
    for (const [i, set] of sets.entries())
      steps.push({
        ...{ name: verifyStep(id, set.id), kept: kept[i] },
        ...(!kept[i] && { seconds: pace * set.images, measured: true }),
      })
  }
  return { steps, missing }
}

async function openedSet(
  id: string,
  { sources }: RunOptions,
  supply: ReturnType<typeof supplyOf>,
): Promise<KnownSet> {
  const location = await sources.testSet(id, supply)
  const set = await openTestSet(location?.path ?? '', { images: location?.images, name: id })
  await set.close()
  return { id, images: set.imageCount, fingerprint: set.fingerprint }
}

async function isKept(
  { fingerprint }: KnownSet,
  model: Model<RecogniserDescriptor>,
  flip: boolean,
  cache: FeatureCache,
  { provider }: RecordedSession,
): Promise<boolean> {
  if (fingerprint === undefined) return false
  const has = (mirrored: boolean) => cache.has(featureKey(model, fingerprint, mirrored, provider))
  return (await has(false)) && (!flip || (await has(true)))
}

/** Told from a few grey images; the first ones, for which memory is laid out, don't count. */
async function secondsAnImage(
  model: Model<RecogniserDescriptor>,
  mirrored: boolean,
  options: RecordedSession,
): Promise<number> {
  const [height, width] = model.descriptor.input.size
  const grey: ImageSource = {
    ...{ name: 'a trial', imageCount: TRIAL, fingerprint: '' },
    imageName: () => 'a grey image',
    read: async () => ({ kind: 'pixels', width, height, data: new Uint8Array(3 * width * height).fill(128) }),
  }
  const session = await ModelSession.open(model, options)
  try {
    await extractFeatures(session, grey, { mirrored })
    return (await extractFeatures(session, grey, { mirrored })).seconds / TRIAL
  } finally {
    await session.close()
  }
}

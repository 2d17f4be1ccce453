import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../bytes/hashing.js'
import { alone } from '../bytes/lock.js'
import { templateOf } from '../faces/aligned-crop.js'
import type { LeftOutPhotograph } from '../images/alignment-record.js'
import type { DetectorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { Provider } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { lookAhead } from '../threads/look-ahead.js'
import { ThreadPool } from '../threads/thread-pool.js'
import { AlignJournal, isFinished } from './align-journal.js'
import type { AlignSettings, AlignTask, AlignThreadData, NoFace } from './align-tasks.js'
import type { AlignedPhotograph } from './aligned-photograph.js'
import { OneAtATime } from './one-at-a-time.js'
import type { Photographs } from './photographs.js'

/** Photographs of one job, and jobs of each thread that wait. */
const JOB = 8
const JOBS_AHEAD = 2
/** Networks on a graphics processor take turns there; more threads decode and write meanwhile. */
const THREADS_OF_ONE_ADAPTER = 4

export interface AlignOptions {
  /** the folder of crops, table and record */
  readonly out: string
  /** finds the faces, where landmarks are not given */
  readonly detector?: Model<DetectorDescriptor>
  /** x1, y1 .. x5, y5 by the photographs' names */
  readonly landmarks?: ReadonlyMap<string, readonly number[]>
  readonly settings: AlignSettings
  readonly noFace: NoFace
  /** photographs that do not decode are left out instead of failing */
  readonly skipUnreadable?: boolean
  readonly provider?: Provider
  readonly threads?: number
  readonly progress?: Progress
}

/** What came of an alignment. */
export interface AlignOutcome {
  /** it was finished before */
  readonly there: boolean
  readonly photographs: number
  readonly aligned: number
  /** photographs in which several faces were found */
  readonly several: number
  readonly withoutFace: readonly string[]
  readonly unreadable: readonly LeftOutPhotograph[]
}

/**
 * Finds the face of each photograph and writes its crop (`NAME.png`), then `alignment.csv` and `alignment.json`. All cores
 * work, each on photographs of its own; memory is that of a few photographs a core and a few numbers a photograph.
 * A run that was killed goes on where it stopped, and ends with the same bytes.
 * @throws InputError where the folder holds another alignment, or a crop can't be written. Photographs without a face, or
 *   that do not decode, are in the outcome: all others are aligned by then
 */
export async function alignPhotographs(
  photographs: Photographs,
  options: AlignOptions,
): Promise<AlignOutcome> {
  return alone(join(options.out, 'alignment.lock'), options.out, () => align(photographs, options))
}

async function align(photographs: Photographs, options: AlignOptions): Promise<AlignOutcome> {
  const { out, detector, landmarks, settings, noFace, skipUnreadable = false, progress = silent } = options
  templateOf(settings.size)
  const given = landmarks === undefined ? undefined : sha256(JSON.stringify([...landmarks]))
  const of = [photographs.key, detector?.sha256 ?? given, detector?.descriptor ?? '', settings]
  const key = sha256(JSON.stringify(of))
  if (await isFinished(out, { key, noFace })) return nothingToDo(photographs)
  const record = { key, noFace, settings: { ...settings, detector: detector?.sha256 ?? 'landmarks' } }
  const cropOf = ({ crop, points, problem }: AlignedPhotograph) =>
    points !== undefined || (noFace === 'centre' && problem === undefined) ? crop : undefined
  const journal = await AlignJournal.begin(out, record, cropOf)
  const tally = new Tally()
  tally.add(journal.done)
  progress.start(`Aligning ${photographs.where}`, photographs.count, 'photographs')
  try {
    progress.update(tally.count)
    for await (const rows of aligned(photographs, tally.count, options)) {
      await journal.add(rows)
      tally.add(rows)
      progress.update(tally.count)
    }
  } finally {
    progress.stop()
    await journal.close()
  }
  const { withoutFace, unreadable } = tally
  // A run before this one may have been told to keep their middles.
  if (noFace !== 'centre') for (const { crop } of withoutFace) await rm(join(out, crop), { force: true })
  const left =
    noFace === 'skip' ? withoutFace.map(({ name: image }) => ({ image, reason: 'no face was found' })) : []
  const finished =
    (noFace !== 'fail' || withoutFace.length === 0) && (skipUnreadable || unreadable.length === 0)
  await journal.finish([...left, ...unreadable], finished)
  return tally.outcome
}

function nothingToDo({ count }: Photographs): AlignOutcome {
  return { there: true, photographs: count, aligned: count, several: 0, withoutFace: [], unreadable: [] }
}

class Tally {
  readonly withoutFace: AlignedPhotograph[] = []
  readonly unreadable: LeftOutPhotograph[] = []
  count = 0
  #several = 0

  add(rows: readonly AlignedPhotograph[]): void {
    for (const row of rows) {
      const { name, faces = 0, problem } = row
      this.count++
      if (problem !== undefined) this.unreadable.push({ image: name, reason: problem })
      else if (faces === 0) this.withoutFace.push(row)
      else if (faces > 1) this.#several++
    }
  }

  get outcome(): AlignOutcome {
    const { count, unreadable } = this
    const withoutFace = this.withoutFace.map(({ name }) => name)
    const aligned = count - withoutFace.length - unreadable.length
    return { there: false, photographs: count, aligned, several: this.#several, withoutFace, unreadable }
  }
}

/** Rows in the order of the photographs, from the one that an earlier run was not done with. */
async function* aligned(
  photographs: Photographs,
  from: number,
  {
    out,
    detector,
    landmarks,
    settings,
    noFace,
    provider = 'cpu',
    threads = availableParallelism(),
  }: AlignOptions,
): AsyncGenerator<AlignedPhotograph[]> {
  if (from >= photographs.count) return
  const turns = OneAtATime.shared()
  const data: AlignThreadData = { detector, settings, provider, out, noFace, turns }
  const jobs = Math.ceil((photographs.count - from) / JOB)
  const most = provider === 'cpu' ? threads : Math.min(threads, THREADS_OF_ONE_ADAPTER)
  const pool = new ThreadPool<readonly AlignTask[], AlignedPhotograph[]>({
    file: 'align-thread',
    from: import.meta.url,
    threads: Math.min(most, jobs),
    data,
  })
  const tasks = inJobs(photographs, from, landmarks)
  function* work() {
    for (let job = 0; job < jobs; job++) {
      yield async () => {
        const { value = [] } = await tasks.next()
        return pool.run(value)
      }
    }
  }
  try {
    yield* lookAhead(work(), JOBS_AHEAD * pool.size)
  } finally {
    await pool.close()
  }
}

/** Photographs from a place on, some at a time. */
async function* inJobs(
  photographs: Photographs,
  from: number,
  landmarks: AlignOptions['landmarks'],
): AsyncGenerator<AlignTask[], undefined> {
  let job: AlignTask[] = []
  let place = 0
  for await (const photograph of photographs.read()) {
    if (place++ < from) continue
    const points = landmarks?.get(photograph.name)
    job.push(points === undefined ? photograph : { ...photograph, landmarks: points })
    if (job.length < JOB) continue
    yield job
    job = []
  }
  if (job.length > 0) yield job
}

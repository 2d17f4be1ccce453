import type { Jobs } from '../../jobs/jobs.js'
import { partCount } from '../generation-plan.js'
import type { RunFolder } from '../run-folder.js'

/** The parts of a run as jobs. One queue a run: equal runs meet in it, others don't. */
export function partJobs(run: RunFolder): Jobs {
  return {
    queue: `vec2face-bench-${run.id.slice(0, 16)}`,
    noun: 'part',
    count: partCount(run.plan),
    where: run.path,
    done: () => run.listParts(),
  }
}

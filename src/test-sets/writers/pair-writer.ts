import type { Progress } from '../../progress.js'
import type { TestSet } from '../test-set.js'

export interface WritePairsOptions {
  /** what the set is called where it will lie: it is written under another name first */
  readonly name: string
  readonly progress: Progress
  /** told what the form can't keep, or what had to be changed */
  readonly note: (line: string) => void
}

/** A form in which pairs are written. */
export interface PairWriter<Id extends string = string> {
  readonly id: Id
  /** what is written, for help */
  readonly hint: string
  /** the ending of the file; undefined where a folder is written */
  readonly ending?: string
  /** Writes a whole set to a path where nothing is yet. @throws InputError */
  write(set: TestSet, path: string, options: WritePairsOptions): Promise<void>
}

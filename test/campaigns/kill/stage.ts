/** A command line, with what it finds in its environment. */
export interface Command {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Something that goes on where it was killed. One file of `stages/` each, and a line in `stages/list.ts`. */
export interface KilledStage {
  readonly id: string
  /** Writes the inputs into a folder, and starts what the commands talk to. */
  prepare(folder: string): Promise<PreparedStage>
}

export interface PreparedStage {
  /** What makes the result in a folder that is not there yet, one after another; each may be killed and run again. */
  commands(out: string): readonly Command[]
  /** Digests by name: what must not depend on how often the commands were killed. */
  result(out: string): Promise<Record<string, string>>
  close?(): void
}

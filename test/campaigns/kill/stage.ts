/** A command line, with what it finds in its environment. */
export interface Command {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** what it may say when it ends with 1, since another process is not ready, or at it: it is run again */
  readonly refusal?: RegExp
  /** how it is interrupted, where that is not by SIGKILL */
  readonly interruption?: Interruption
}

/** What makes a command fail by itself. */
export interface Interruption {
  /** Sets the trap. @param share 0 .. 1: how far the command comes; undefined for one that comes to its end */
  set(share: number | undefined): Promise<void>
  /** what the command says then, as its one line */
  readonly said: RegExp
}

/** A command, or several that run at the same time: each is killed and run again by itself. */
export type Step = Command | readonly Command[]

/** Something that goes on where it was killed. One file of `stages/` each, and a line in `stages/list.ts`. */
export interface KilledStage {
  readonly id: string
  /** why it can't be tried on this machine; undefined where it can */
  skip?(): Promise<string | undefined>
  /** Writes the inputs into a folder, and starts what the commands talk to. */
  prepare(folder: string): Promise<PreparedStage>
}

export interface PreparedStage {
  /** What makes the result in a folder that is not there yet, one after another. */
  commands(out: string): readonly Step[]
  /** Digests by name: what must not depend on how often the commands were killed. */
  result(out: string): Promise<Record<string, string>>
  /** Removes what the commands made; by default the folder. */
  clear?(out: string): Promise<void>
  close?(): void
}

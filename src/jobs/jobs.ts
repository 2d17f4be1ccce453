/** Numbered work that a pool of processes does, on machines that share a folder. The folder is where the truth is. */
export interface Jobs {
  /** name of the queue: equal work meets in it */
  readonly queue: string
  /** what one is called, in messages and in the queue: `part`, `cell` */
  readonly noun: string
  readonly count: number
  /** folder that messages name */
  readonly where: string
  /** the numbers of those that are done, from the folder */
  done(): Promise<readonly number[]>
}

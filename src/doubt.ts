/**
 * Something that may make a number wrong and that the program can't decide. It is said while the command runs, kept
 * in the results and shown in the report. What is certainly wrong is an {@link InputError} instead.
 */
export interface Doubt {
  readonly kind: 'input range' | 'alignment' | 'colours' | 'pairs' | 'features'
  /** the model, test set or dataset that it is about */
  readonly about: string
  /** what was seen, what it may mean, and what to do */
  readonly text: string
}

import { InputError } from '../../../src/errors.js'
import { printable } from '../../../src/printable.js'

/** How the reading of one file ended. */
export type Outcome =
  | { readonly kind: 'read' }
  /** refused as the program refuses: one printable line with a remedy */
  | { readonly kind: 'refused'; readonly what: string }
  | Finding

/** What must not happen. */
export interface Finding {
  readonly kind: 'exception' | 'message' | 'hang' | 'memory' | 'died'
  /** tells one fault from another: the message and where it was thrown */
  readonly what: string
}

export const isFinding = (outcome: Outcome): outcome is Finding =>
  outcome.kind !== 'read' && outcome.kind !== 'refused'

const LONGEST_MESSAGE = 2_000

/** Judges what a reader threw. */
export function judge(error: unknown): Outcome {
  if (!(error instanceof InputError)) return { kind: 'exception', what: whereThrown(error) }
  const { message, remedy } = error
  const fault =
    message !== printable(message)
      ? 'is not printable'
      : message.length > LONGEST_MESSAGE
        ? `has ${message.length} characters`
        : remedy === ''
          ? 'has no remedy'
          : undefined
  return fault === undefined
    ? { kind: 'refused', what: message }
    : { kind: 'message', what: `a message that ${fault}: ${printable(message, 300)} (${place(error)})` }
}

function whereThrown(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${printable(String(error), 200)}`
  return `${error.name}: ${printable(error.message, 200)} (${place(error)})`
}

/** The first place of ours in a stack. */
function place({ stack = '' }: Error): string {
  return /\/(src\/[^:)]+:\d+)/.exec(stack.replaceAll(/\/src\/errors\.ts:\d+/g, ''))?.[1] ?? 'somewhere'
}

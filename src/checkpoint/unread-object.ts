import { PickleGlobal, type PickleValue } from '../pickle/values.js'

/** What is kept of an object of a class that is no tensor and no container: its name, and what a pickle gave to it. */
export class UnreadObject {
  /** what its attributes were set to */
  state: PickleValue<object> = null
  /** what its class, one that extends a dictionary, was given */
  readonly items = new Map<PickleValue<object>, PickleValue<object>>()

  constructor(readonly name: string) {}

  /** What a call would have made. It is named by what was to be called, and by what was handed to it. */
  static called(callee: PickleValue<object>, args: readonly PickleValue<object>[]): UnreadObject {
    const named = args.slice(0, MOST_ARGUMENTS).flatMap((value) => nameOf(value) ?? [])
    return new UnreadObject(
      `${nameOf(callee) ?? 'an object'}${named.length === 0 ? '' : `(${named.join(', ')})`}`.slice(
        0,
        LONGEST,
      ),
    )
  }

  setItems(items: readonly PickleValue<object>[]): void {
    for (let i = 0; i < items.length; i += 2) this.items.set(items[i], items[i + 1])
  }
}

const MOST_ARGUMENTS = 4
const LONGEST = 120

function nameOf(value: PickleValue<object>): string | undefined {
  if (value instanceof PickleGlobal || value instanceof UnreadObject) return value.name
  return undefined
}

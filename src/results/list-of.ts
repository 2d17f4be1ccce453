import { z } from 'zod'

/** Elements that are looked at together: as many faults are gathered at most. */
const TOGETHER = 1_000

/**
 * A list of things that a schema describes, which ends at the first that is none. Zod's own gathers a fault for each: a file
 * of 20 MB can have millions, of some hundred bytes each.
 */
export function listOf<T extends z.ZodType>(item: T): z.ZodType<z.output<T>[], z.input<T>[]> {
  const some = z.array(item)
  const list = z.array(z.unknown()).transform((items, context): z.output<T>[] => {
    const found: z.output<T>[] = []
    for (let start = 0; start < items.length; start += TOGETHER) {
      const { data, error } = some.safeParse(items.slice(start, start + TOGETHER))
      if (error !== undefined) {
        const [at, ...rest] = error.issues[0].path
        context.addIssue({ ...fault(error), path: [start + Number(at), ...rest] })
        return z.NEVER
      }
      for (const each of data) found.push(each)
    }
    return found
  })
  // Whatever is in the list, only such elements are taken.
  return list as unknown as z.ZodType<z.output<T>[], z.input<T>[]>
}

/** Things by name, likewise. */
export function mapOf<T extends z.ZodType>(
  value: T,
): z.ZodType<Record<string, z.output<T>>, Record<string, z.input<T>>> {
  const some = z.record(z.string(), value)
  // Zod's own record of unknown things would be a copy.
  const map = anyNamed.transform((named, context): Record<string, z.output<T>> => {
    const entries: [string, z.output<T>][] = []
    const names = Object.keys(named)
    for (let start = 0; start < names.length; start += TOGETHER) {
      const together = names.slice(start, start + TOGETHER).map((name) => [name, named[name]])
      const { data, error } = some.safeParse(Object.fromEntries(together))
      if (error !== undefined) {
        context.addIssue({ ...fault(error), path: error.issues[0].path })
        return z.NEVER
      }
      for (const entry of Object.entries(data)) entries.push(entry as [string, z.output<T>])
    }
    return Object.fromEntries(entries)
  })
  return map as unknown as z.ZodType<Record<string, z.output<T>>, Record<string, z.input<T>>>
}

const anyNamed = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'Invalid input: expected record',
)

const fault = ({ issues: [{ message }] }: z.ZodError) => ({ code: 'custom' as const, message })

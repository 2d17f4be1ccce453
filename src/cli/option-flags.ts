import { type Command, Option } from 'commander'
import { z } from 'zod'
import { InputError } from '../errors.js'
import { realNumber, wholeNumber } from './options.js'

/** How a command shows the options of a measurement, where it isn't as they are. */
export interface Shown {
  /** options that the command's arguments and other flags tell: there is no flag for them */
  readonly told?: readonly string[]
  /** `{ thresholds: '--threshold <similarity>' }`: flags of another name. A list without `...` is given one by one */
  readonly flags?: Readonly<Record<string, string>>
  /** what each help text begins with: `with --kid: ` */
  readonly only?: string
}

interface Described {
  readonly key: string
  readonly schema: z.ZodType
  /** without what makes it optional */
  readonly kind: z.ZodType
  readonly byDefault: unknown
  readonly option: Option
}

/** `subsetSize` -> `--subset-size` */
const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function described(options: z.ZodType, { told = [], flags = {}, only = '' }: Shown): Described[] {
  if (!(options instanceof z.ZodObject)) return []
  const shape = options.shape as Record<string, z.ZodType>
  const asked = Object.entries(shape).filter(([key]) => !told.includes(key))
  return asked.map(([key, schema]) => {
    const { kind, byDefault } = inner(schema)
    const shown = byDefault === undefined || byDefault === false ? '' : String(byDefault)
    const help = `${only}${schema.description ?? ''}${shown === '' ? '' : ` (default: ${shown})`}`
    const option = new Option(flags[key] ?? `${flagOf(key)}${placeholderOf(kind)}`, help)
    return { key, schema, kind, byDefault, option }
  })
}

/** What is inside of an optional key, or of one with a default. */
function inner(schema: z.ZodType): { readonly kind: z.ZodType; readonly byDefault?: unknown } {
  if (schema instanceof z.ZodOptional) return inner(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodDefault)
    return { ...inner(schema.unwrap() as z.ZodType), byDefault: schema.def.defaultValue }
  return { kind: schema }
}

function placeholderOf(kind: z.ZodType): string {
  if (kind instanceof z.ZodBoolean) return ''
  if (kind instanceof z.ZodArray) return ' <values...>'
  return kind instanceof z.ZodNumber && kind.isInt ? ' <n>' : ' <value>'
}

/** Adds a flag for each key of the options, with what its schema says of it: help, default, what may be given. */
export function addOptionFlags(command: Command, options: z.ZodType, shown: Shown = {}): Command {
  for (const { schema, kind, option } of described(options, shown)) {
    if (kind instanceof z.ZodArray) {
      const parse = parserOf(kind.element as z.ZodType)
      option.argParser((text, earlier: unknown[] = []) => [...earlier, parse(text)])
    } else if (!(kind instanceof z.ZodBoolean)) option.argParser(parserOf(kind))
    if (shown.only === undefined && !schema.safeParse(undefined).success) option.makeOptionMandatory()
    command.addOption(option)
  }
  return command
}

/** Text as a spec would have it: a number where one is taken. */
function parserOf(kind: z.ZodType): (text: string) => unknown {
  if (!(kind instanceof z.ZodNumber)) return (text) => text
  const low = kind.minValue ?? Number.NEGATIVE_INFINITY
  const high = kind.maxValue ?? Number.POSITIVE_INFINITY
  return kind.isInt && low >= 0 ? wholeNumber(low, high) : realNumber(low, high)
}

/**
 * The flags' values as the options, read as in a spec.
 * @param told values of what no flag tells
 * @throws InputError that names the flag
 */
export function optionsOf<S extends z.ZodType>(
  options: S,
  flags: object,
  shown: Shown = {},
  told: Readonly<Record<string, unknown>> = {},
): z.output<S> {
  if (!(options instanceof z.ZodObject)) return options.parse(undefined)
  const values = new Map(Object.entries(flags))
  const asked = described(options, shown)
  const given = asked.flatMap(({ key, option }) => {
    const value: unknown = values.get(option.attributeName())
    return value === undefined ? [] : [[key, value]]
  })
  const result = options.safeParse({ ...told, ...Object.fromEntries(given) })
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]
  throw new InputError(
    `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    asked.find(({ key }) => key === path[0])?.option.long ?? flagOf(String(path[0])),
    'see --help for what it takes',
  )
}

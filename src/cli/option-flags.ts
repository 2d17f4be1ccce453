import { type Command, Option } from 'commander'
import type * as Yaml from 'yaml'
import { z } from 'zod'
import { InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'

const yaml = onDemand<typeof Yaml>('yaml')

interface Described {
  readonly key: string
  readonly flag: string
  readonly schema: z.ZodType
}

/** `subsetSize` -> `--subset-size` */
const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function keysOf(options: z.ZodType): Described[] {
  if (!(options instanceof z.ZodObject)) return []
  const shape = options.shape as Record<string, z.ZodType>
  return Object.entries(shape).map(([key, schema]) => ({ key, flag: flagOf(key), schema }))
}

/** What is inside of an optional key, or of one with a default. */
function inner(schema: z.ZodType): { readonly schema: z.ZodType; readonly byDefault?: unknown } {
  if (schema instanceof z.ZodOptional) return inner(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodDefault)
    return { schema: schema.unwrap() as z.ZodType, byDefault: schema.def.defaultValue }
  return { schema }
}

/** Adds a flag for each key of the options, with what its schema says of it. */
export function addOptionFlags(command: Command, options: z.ZodType): Command {
  for (const { flag, schema } of keysOf(options)) {
    const { schema: kind, byDefault } = inner(schema)
    const value = kind instanceof z.ZodBoolean ? '' : kind instanceof z.ZodArray ? ' <values...>' : ' <value>'
    const shown = byDefault === undefined || byDefault === false ? '' : String(byDefault)
    const isEmpty = shown === ''
    const option = new Option(
      `${flag}${value}`,
      `${schema.description ?? ''}${isEmpty ? '' : ` (default: ${shown})`}`,
    )
    if (!schema.safeParse(undefined).success) option.makeOptionMandatory()
    command.addOption(option)
  }
  return command
}

/** The flags' values as the options, read as in a spec. @throws InputError that names the flag */
export function optionsOf(options: z.ZodType, flags: Readonly<Record<string, unknown>>): unknown {
  if (!(options instanceof z.ZodObject)) return options.parse(undefined)
  const given = keysOf(options).flatMap(({ key }) => (key in flags ? [[key, read(flags[key])]] : []))
  const result = options.safeParse(Object.fromEntries(given))
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]
  throw new InputError(
    `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    flagOf(String(path[0])),
    'see --help for what it takes',
  )
}

/** Text as a spec would have it: a number where it is one. */
function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read)
  if (typeof value !== 'string') return value
  const parsed: unknown = /^[-+.\d][\d.eE+-]*$/.test(value) ? yaml().parse(value) : value
  return typeof parsed === 'number' ? parsed : value
}

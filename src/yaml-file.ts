import type * as Yaml from 'yaml'
import type { z } from 'zod'
import { readText } from './bytes/files.js'
import { InputError } from './errors.js'
import { onDemand } from './on-demand.js'

const yaml = onDemand<typeof Yaml>('yaml')

/** A file of settings has some kilobytes (times `--limits`). Parsed it takes a hundred times as much memory, and time grows with the square of a map. */
export const MOST_YAML_BYTES = 2 ** 18
/** Lists and maps in one another at most. */
const DEEPEST = 100

type Issue = z.core.$ZodIssue

/** The issue that says most: inside a union, that of the member which got furthest. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const candidates = issue.errors.flat().map((inner) => {
    const found = deepest(inner)
    return { ...found, path: [...issue.path, ...found.path] }
  })
  return candidates.reduce(
    (best, next) => (next.path.length > best.path.length ? next : best),
    candidates[0] ?? issue,
  )
}

/** An issue of a schema in words: the key, and what is wrong there. */
export function describeIssue(top: Issue): string {
  const issue = deepest(top)
  const key = issue.path.join('.')
  const at = key === '' ? '' : `key '${key}': `
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${at}unknown key${issue.keys.length > 1 ? 's' : ''} '${issue.keys.join("', '")}'`
    case 'invalid_value':
      return `${at}must be one of ${issue.values.map((value) => `'${String(value)}'`).join(', ')}`
    default:
      return `${at}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`
  }
}

/** The keys that an object schema knows, for the message about one that it does not. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema
  for (const step of [...path, undefined]) {
    let def = (current as { def?: Record<string, unknown> })?.def
    while (def !== undefined && 'innerType' in def)
      def = (def.innerType as { def: Record<string, unknown> }).def
    if (def?.type !== 'object' && def?.type !== 'array' && def?.type !== 'record') return []
    if (step === undefined) return def.type === 'object' ? Object.keys(def.shape as object) : []
    if (def.type === 'array') current = def.element
    else if (def.type === 'record') current = def.valueType
    else current = (def.shape as Record<string, unknown>)[String(step)]
  }
  return []
}

/**
 * Parses YAML and validates it. The message names the key, the line and what is allowed.
 * @throws InputError
 */
export function parseYaml<S extends z.ZodType>(text: string, schema: S, where: string): z.output<S> {
  const lines = new (yaml().LineCounter)()
  if (isNestedDeeply(text))
    throw new InputError(`nested more than ${DEEPEST} deep`, where, 'check that it is the file you mean')
  const document = yaml().parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors[0]
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw new InputError(`not YAML: ${broken.message}`, `${where}:${line}:${col}`, 'mend the file')
  }
  if (document.contents === null)
    throw new InputError(
      text.trim() === '' ? 'the file is empty' : 'the file holds nothing but comments',
      where,
      'fill it in, or delete it',
    )
  const result = schema.safeParse(plainValue(document, where))
  if (result.success) return result.data
  const issue = deepest(result.error.issues[0])
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path
  const allowed = issue.code === 'unrecognized_keys' ? knownKeys(schema, issue.path) : []
  throw new InputError(
    describeIssue(issue),
    `${where}${lineOf(document, path, lines)}`,
    allowed.length > 0 ? `the keys here are ${allowed.join(', ')}` : 'mend that key',
  )
}

/** @throws InputError at an alias without an anchor, one that holds itself, and where aliases multiply */
function plainValue(document: Yaml.Document.Parsed, where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw new InputError(`not YAML: ${error.message}`, where, 'mend the file', { cause: error })
  }
}

/** The parser keeps what is open on a stack of its own; what puts its tokens together calls itself once a level. */
function isNestedDeeply(text: string): boolean {
  const { Lexer, Parser } = yaml()
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return true
  }
  return false
}

function lineOf(
  document: Yaml.Document.Parsed,
  path: readonly PropertyKey[],
  lines: Yaml.LineCounter,
): string {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (yaml().isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`
  }
  return ''
}

/** Reads, parses and validates a YAML file. @throws InputError */
export async function readYaml<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
  return parseYaml(await readText(path, MOST_YAML_BYTES), schema, path)
}

/** What a file of settings says, as YAML; a line isn't broken. */
export function yamlText(value: unknown): string {
  return yaml().stringify(value, { lineWidth: 0 })
}

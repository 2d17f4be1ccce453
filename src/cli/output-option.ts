import { access, constants, stat } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { type Command, Option } from 'commander'
import { createFolder } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import { keepAnswer } from './output.js'

/** A file system takes names of 255 bytes; what is written beside a file while it grows has a longer one. */
const LONGEST_NAME = 220

/** What a command writes: a file, of certain endings where its writer knows only those, or a folder. */
type OutputKind =
  | { readonly kind: 'file'; readonly endings: readonly string[] | undefined }
  | { readonly kind: 'folder' }
  /** one or the other, which the command knows and checks */
  | { readonly kind: 'path' }

/** An option that names what a command writes. */
export class OutputOption extends Option {
  constructor(
    flags: string,
    description: string,
    readonly output: OutputKind,
  ) {
    super(flags, description)
  }
}

/**
 * An option that names a file to write. Before the command begins its work, the path is checked and its folder made.
 * @param endings those that the writer knows, as in `['.png', '.csv']`; any where left out
 */
export function outputFile(flags: string, description: string, endings?: readonly string[]): OutputOption {
  return new OutputOption(flags, description, { kind: 'file', endings })
}

/** Of a command that prints what it found: names a file for it. */
export class AnswerOption extends OutputOption {
  constructor() {
    super('--out <file.json>', 'write what --json prints into a file, and print its path', {
      kind: 'file',
      endings: ['.json'],
    })
  }
}

/** An option that names a folder to write into; it is made before the command begins. */
export function outputFolder(flags: string, description: string): OutputOption {
  return new OutputOption(flags, description, { kind: 'folder' })
}

/** An option that names a file or a folder to write, as another option decides; the command checks it. */
export function outputPath(flags: string, description: string): OutputOption {
  return new OutputOption(flags, description, { kind: 'path' })
}

/** Checks every output that a command was given, before it does anything. @throws InputError */
export async function prepareOutputs(command: Command): Promise<void> {
  for (const option of command.options) {
    if (!(option instanceof OutputOption)) continue
    const value: unknown = command.getOptionValue(option.attributeName())
    const paths = Array.isArray(value) ? value : value === undefined || value === false ? [] : [value]
    for (const path of paths.map(String)) {
      if (path === '') throw new InputError('the name is empty', option.long, `name a ${option.output.kind}`)
      if (option.output.kind === 'path') continue
      if (option.output.kind === 'folder') await prepareFolder(path)
      else await prepareFile(path, option.output.endings)
      if (option instanceof AnswerOption) {
        keepAnswer(path, command.getOptionValue('json') === true)
        command.setOptionValue('json', true)
      }
    }
  }
}

function requireEnding(path: string, endings: readonly string[] | undefined): void {
  if (endings === undefined) return
  const ending = extname(path).toLowerCase()
  if (endings.some((known) => path.toLowerCase().endsWith(known))) return
  throw new InputError(
    ending === '' ? 'the name has no ending' : `files that end in '${ending}' are not written here`,
    path,
    `name one that ends in ${endings.join(' or ')}`,
  )
}

/**
 * Checks that a file can be written at a path, and makes its folder.
 * @param endings those that its writer knows; any where left out
 * @throws InputError
 */
export async function prepareFile(path: string, endings?: readonly string[]): Promise<void> {
  if (/[/\\]$/.test(path)) throw new InputError('is a folder, a file was expected', path, 'name a file')
  requireEnding(path, endings)
  if (Buffer.byteLength(basename(path)) > LONGEST_NAME)
    throw new InputError('the name is longer than the system takes', path, 'choose a shorter one')
  const found = await statOf(path)
  if (found?.isDirectory()) throw new InputError('is a folder, a file was expected', path, 'name a file')
  if (found !== undefined && !found.isFile())
    throw new InputError('is a device or a pipe, a file was expected', path, 'name a file')
  await prepareFolder(dirname(path))
}

/** Makes a folder, and checks that it can be written into. @throws InputError */
export async function prepareFolder(path: string): Promise<void> {
  const found = await statOf(path)
  if (found !== undefined && !found.isDirectory())
    throw new InputError('is a file, a folder was expected', path, 'name a folder')
  if (found === undefined) await createFolder(path)
  try {
    await access(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** undefined where there is nothing yet. @throws InputError where it can't be looked at */
async function statOf(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asInputError(error, path)
  }
}

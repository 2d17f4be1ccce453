/**
 * What a user can mend: bad input, a missing file, a full disk. The command line prints it as one line
 * (what, where, what to do) and exits with 1; anything else that is thrown is a bug of this program.
 *
 * @example
 * throw new InputError('the file ends in the middle of image 12', 'lfw.bin', 'download it again')
 */
export class InputError extends Error {
  override readonly name = 'InputError'

  /**
   * @param what what is wrong, as a clause
   * @param where file, key or argument; empty where there is none
   * @param remedy what the user can do about it; empty where the message says it all
   */
  constructor(
    readonly what: string,
    readonly where = '',
    readonly remedy = '',
    options?: ErrorOptions,
  ) {
    super(`${where === '' ? '' : `${where}: `}${what}${remedy === '' ? '' : `; ${remedy}`}`, options)
  }
}

const SYSTEM_ERRORS: Record<string, readonly [what: string, remedy: string]> = {
  ENOENT: ['no such file or folder', 'check the path'],
  EACCES: ['permission denied', 'check who owns it and its mode'],
  EPERM: ['operation not permitted', 'check who owns it and its mode'],
  EISDIR: ['is a folder, a file was expected', 'name a file'],
  ENOTDIR: ['is not a folder', 'name a folder'],
  ENOSPC: ['the disk is full', 'free some room and run the same command again'],
  EROFS: ['the file system is read-only', 'choose another folder'],
  EMFILE: ['too many open files', 'raise the limit (ulimit -n)'],
}

/** Turns an error of the operating system into an {@link InputError} that names the path; others stay as they are. */
export function asInputError(error: unknown, where?: string): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error
  const { code, path } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code]
  return known === undefined
    ? error
    : new InputError(known[0], path ?? where ?? '', known[1], { cause: error })
}

/** What an error says, in one line: a native library's messages go on for many. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0].trim()
}

import { printable } from './printable.js'

/** Characters of each part of a message that are shown: a name in a file may be as long as the file. */
const MOST = 600

/** What a user can do. With a flag where it takes one: a command that has no such flag does not tell of it. */
export type Way = string | { readonly flag: string; readonly text: string }

/** Errors that keep their stack. It takes longer than all else about them, and a file can lead to millions of them. */
const WITH_STACK = 1000
let made = 0

const textOf = (ways: readonly Way[]): string =>
  ways.map((way) => (typeof way === 'string' ? way : way.text)).join(', or ')

/**
 * What a user can mend: bad input, a missing file, a full disk. The command line prints it as one line
 * (what, where, what to do) and exits with 1; anything else that is thrown is a bug of this program. The message is one
 * line that a terminal can show, whatever names it is made of.
 *
 * @example
 * throw new InputError('the file ends in the middle of image 12', 'lfw.bin', 'download it again')
 */
export class InputError extends Error {
  override readonly name = 'InputError'
  /** what the user can do, in one of several ways */
  readonly ways: readonly Way[]
  /** the same in words */
  readonly remedy: string
  /** all that the message counts, where it can't name each */
  readonly listing: readonly string[]

  /**
   * @param what what is wrong, as a clause
   * @param where file, key or argument; empty where there is none
   * @param remedy what the user can do about it, in several ways perhaps; empty where the message says it all
   */
  constructor(
    readonly what: string,
    readonly where = '',
    remedy: string | readonly Way[] = '',
    options?: ErrorOptions & { readonly listing?: readonly string[] },
  ) {
    const ways = typeof remedy !== 'string' ? remedy : remedy === '' ? [] : [remedy]
    const advice = textOf(ways)
    const depth = Error.stackTraceLimit
    if (made++ >= WITH_STACK) Error.stackTraceLimit = 0
    super(messageOf(what, where, advice), options)
    Error.stackTraceLimit = depth
    this.ways = ways
    this.remedy = advice
    this.listing = options?.listing ?? []
  }

  /** The same with one more thing that can be done. */
  or(way: Way): InputError {
    const known = textOf(this.ways).includes(textOf([way]))
    return new InputError(this.what, this.where, known ? this.ways : [...this.ways, way], { cause: this })
  }

  /** The message for a command. @param has whether it has a flag */
  messageFor(has: (flag: string) => boolean): string {
    const ways = this.ways.filter((way) => typeof way === 'string' || has(way.flag))
    return messageOf(this.what, this.where, textOf(ways))
  }
}

function messageOf(what: string, where: string, advice: string): string {
  const place = where === '' ? '' : `${printable(where, MOST)}: `
  return `${place}${printable(what, MOST)}${advice === '' ? '' : `; ${printable(advice, MOST)}`}`
}

const OWNER = 'check who owns it and its mode'
const AGAIN = 'free some room and run the same command again'
const BROKEN = 'check the disk (its log says more), or use another one'

const SYSTEM_ERRORS: Record<string, readonly [what: string, remedy: string]> = {
  ENOENT: ['no such file or folder', 'check the path'],
  EACCES: ['permission denied', OWNER],
  EPERM: ['operation not permitted', OWNER],
  EISDIR: ['is a folder, a file was expected', 'name a file'],
  ENOTDIR: ['is not a folder', 'name a folder'],
  EEXIST: ['is there already', 'choose another name, or remove it'],
  ENOTEMPTY: ['is a folder that is not empty', 'choose another folder, or empty it'],
  ENAMETOOLONG: ['the name is longer than the system takes', 'choose a shorter one'],
  ELOOP: ['symbolic links that lead in a circle', 'name the file itself'],
  EXDEV: ['lies on another file system', 'choose a folder on the same one'],
  EBUSY: ['is in use', 'wait until nothing else uses it'],
  ETXTBSY: ['is a program that runs', 'choose another name'],
  ENXIO: ['is a device or pipe that nobody serves', 'name a file'],
  ENODEV: ['is a device that is not there', 'name a file'],
  EILSEQ: ['the file system does not take this name', 'choose a plainer one'],
  EFBIG: ['larger than a file may be here', 'raise the limit (ulimit -f), or choose another file system'],
  ENOSPC: ['the disk is full', AGAIN],
  EDQUOT: ['your quota of the disk is used up', AGAIN],
  EMLINK: ['the folder holds as many entries as it can', 'choose another folder'],
  EROFS: ['the file system is read-only', 'choose another folder'],
  EIO: ['the disk could not be read or written', BROKEN],
  ESTALE: ['the network file system lost it', 'run the same command again'],
  EMFILE: ['too many open files', 'raise the limit (ulimit -n)'],
  ENFILE: ['too many open files on this machine', 'close some, and run the same command again'],
  ENOMEM: ['there is not enough memory', 'free some, or ask for less at once'],
  EAGAIN: ['the system is out of processes or locks', 'raise the limit (ulimit -u)'],
}

/** Errors of the system that only this program's own mistakes lead to. */
const OWN_MISTAKES: readonly string[] = ['EBADF', 'EFAULT']

/**
 * Turns an error of the operating system into an {@link InputError} that names the path; others stay as they are. One
 * that the table above doesn't hold is told in the system's own words.
 */
export function asInputError(error: unknown, where?: string): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error
  const { code, path, errno, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || OWN_MISTAKES.includes(code)) return error
  const isOfSystem = typeof errno === 'number' && syscall !== undefined && /^E[A-Z0-9]+$/.test(code)
  const known = Object.hasOwn(SYSTEM_ERRORS, code) ? SYSTEM_ERRORS[code] : undefined
  if (known === undefined && !isOfSystem) return error
  const [what, remedy] = known ?? [`the system refuses: ${error.message}`, 'check the path and the disk']
  return new InputError(what, String(path ?? where ?? ''), remedy, { cause: error })
}

/** What an error says, in one line: a native library's messages go on for many. */
export function reasonOf(error: unknown): string {
  return printable((error instanceof Error ? error.message : String(error)).split('\n')[0].trim(), MOST)
}

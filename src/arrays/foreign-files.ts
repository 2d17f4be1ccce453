import { extname } from 'node:path'

/** A file of another kind than the one that is wanted: what it is, and how its numbers come into one that is. */
export interface ForeignFile {
  readonly what: string
  readonly remedy: string
}

interface Kind extends ForeignFile {
  /** the bytes at `at` (0) that tell it, as Latin-1 */
  readonly magic: readonly string[]
  readonly at?: number
  /** what is wanted may be in it, or where it points to */
  readonly wraps?: true
}

const save = (expression: string) => `save it as .npy: numpy.save('x.npy', ${expression})`
const unpack = (command: string) => `unpack it first (${command} FILE)`

const MATLAB = "scipy.io.loadmat(FILE)['NAME']"
const HDF5 = "h5py.File(FILE)['NAME'][:]"
const HDF5_MAGIC = '\x89HDF\r\n\x1a\n'

/** Kinds by how they begin; the first that fits. */
const KINDS: readonly Kind[] = [
  {
    magic: ['\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19'],
    what: 'a PyTorch file',
    remedy: save('torch.load(FILE).cpu().numpy()'),
  },
  {
    magic: [...'\x01\x02\x03\x04\x05'].map((protocol) => `\x80${protocol}`),
    what: 'a Python pickle',
    remedy: save("pickle.load(open(FILE, 'rb'))"),
  },
  {
    magic: ['cnumpy', 'ccopy_reg', '(lp', '(dp'],
    what: 'a Python pickle',
    remedy: save("pickle.load(open(FILE, 'rb'))"),
  },
  { magic: ['MATLAB 7.3'], what: 'a MATLAB 7.3 file (HDF5)', remedy: save(`${HDF5}.T`) },
  { magic: ['MATLAB'], what: 'a MATLAB file', remedy: save(MATLAB) },
  { magic: [HDF5_MAGIC], what: 'an HDF5 file', remedy: save(HDF5) },
  { magic: [HDF5_MAGIC], at: 512, what: 'an HDF5 file', remedy: save(HDF5) },
  { magic: ['PAR1'], what: 'a Parquet file', remedy: save("pandas.read_parquet(FILE).to_numpy('float32')") },
  {
    magic: ['ARROW1', 'FEA1'],
    what: 'an Arrow (Feather) file',
    remedy: save("pandas.read_feather(FILE).to_numpy('float32')"),
  },
  { magic: ['\x1f\x8b'], what: 'a file packed with gzip', remedy: unpack('gunzip --keep'), wraps: true },
  { magic: ['\xfd7zXZ\0'], what: 'a file packed with xz', remedy: unpack('unxz --keep'), wraps: true },
  { magic: ['BZh'], what: 'a file packed with bzip2', remedy: unpack('bunzip2 --keep'), wraps: true },
  { magic: ['\x28\xb5\x2f\xfd'], what: 'a file packed with zstd', remedy: unpack('zstd -d'), wraps: true },
  { magic: ['7z\xbc\xaf'], what: 'a 7z archive', remedy: unpack('7z x'), wraps: true },
  { magic: ['ustar'], at: 257, what: 'a tar archive', remedy: unpack('tar xf'), wraps: true },
  {
    magic: ['\xd0\xcf\x11\xe0'],
    what: 'an Excel workbook',
    remedy: 'save it as CSV, separated by commas, with decimal points',
  },
  { magic: ['SQLite format 3'], what: 'an SQLite database', remedy: 'export the numbers as CSV or .npy' },
  { magic: ['\x89PNG', '\xff\xd8\xff', 'GIF8'], what: 'an image', remedy: 'name a file of numbers' },
  { magic: ['%PDF'], what: 'a PDF', remedy: 'name a file of numbers' },
  {
    magic: ['version https://git-lfs'],
    what: 'a Git LFS pointer, not the file itself',
    remedy: "fetch the file with 'git lfs pull'",
    wraps: true,
  },
  {
    magic: ['<!DOCTYPE', '<!doctype', '<html', '<HTML', '<?xml'],
    what: 'a web page (a download that asked for something?)',
    remedy: 'download the file again, in a browser',
    wraps: true,
  },
  { magic: ['{"', '{\n', '['], what: 'JSON', remedy: save('json.load(open(FILE))') },
]

/** Kinds that only their names tell. */
const ENDINGS: Record<string, ForeignFile> = {
  '.mat': { what: 'a MATLAB file', remedy: save(MATLAB) },
  '.pkl': { what: 'a Python pickle', remedy: save("pickle.load(open(FILE, 'rb'))") },
  '.pickle': { what: 'a Python pickle', remedy: save("pickle.load(open(FILE, 'rb'))") },
  '.onnx': { what: 'an ONNX network', remedy: "compute features with 'features images --model FILE'" },
}

/** Bytes of a file's beginning that tell its kind. */
export const KIND_BYTES = 560

const safetensors = (head: Buffer): boolean =>
  head.length > 10 && head.readUInt32LE(4) === 0 && head.toString('latin1', 8, 10) === '{"'

/** Whether bytes hold what no text has: a zero byte, or control characters other than white space. */
function isBinary(head: Uint8Array): boolean {
  return head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))
}

/** What stands where any file was wanted: something packed, a pointer to it, or the page of a download that failed. */
export function wrappedFile(head: Buffer, path: string): ForeignFile | undefined {
  const text = head.toString('latin1')
  const kind = KINDS.find(
    ({ wraps, magic, at = 0 }) => wraps && magic.some((bytes) => text.startsWith(bytes, at)),
  )
  return kind && { what: `this is ${kind.what}`, remedy: kind.remedy.replace('FILE', named(path)) }
}

/**
 * Tells kinds of files that hold no table of numbers that this program reads.
 * @param head the first {@link KIND_BYTES} bytes, or all there are
 * @returns undefined where it may be text
 */
export function foreignFile(head: Buffer, path: string): ForeignFile | undefined {
  const text = head.toString('latin1')
  if (text === '') return { what: 'the file is empty', remedy: 'write it again' }
  const start = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  const kind = KINDS.find(({ magic, at = start }) => magic.some((bytes) => text.startsWith(bytes, at)))
  if (kind !== undefined)
    return { what: `this is ${kind.what}`, remedy: kind.remedy.replace('FILE', named(path)) }
  if (safetensors(head)) {
    return {
      what: 'this is a safetensors file',
      remedy: save("safetensors.numpy.load_file(FILE)['NAME']").replace('FILE', named(path)),
    }
  }
  if (!isBinary(head) || isWideText(head)) return undefined
  const other = ENDINGS[extname(path).toLowerCase()]
  return other !== undefined
    ? { what: `this is ${other.what}`, remedy: other.remedy.replace('FILE', named(path)) }
    : {
        what: 'this is a binary file of a kind that is not known here',
        remedy: 'save the numbers with numpy.save',
      }
}

/** UTF-16 as Excel and Windows write it. */
export function isWideText(head: Uint8Array): boolean {
  return head.length > 1 && ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
}

/** A path as a command or a line of Python holds it; what would make the message long stays `FILE`. */
function named(path: string): string {
  return path.length <= 60 && /^[\w./~+@-]+$/.test(path) ? `'${path}'` : 'FILE'
}

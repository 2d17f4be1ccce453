import { readFile } from 'node:fs/promises'
import Papa from 'papaparse'
import type { Matrix } from '../arrays/matrix.js'
import { asMatrix, decodeNpy, isNpy } from '../arrays/npy.js'
import { asInputError, InputError } from '../errors.js'

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** Rows of text fields; a byte order mark, CRLF and quotes are understood. @throws InputError */
function parseRows(text: string, path: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), { skipEmptyLines: 'greedy' })
  const broken = errors.find(({ type }) => type !== 'Delimiter')
  if (broken !== undefined) {
    throw new InputError(`not CSV: ${broken.message}`, `${path}:${(broken.row ?? 0) + 1}`, 'mend the file')
  }
  return data
}

/**
 * Reads precomputed features, one row an image: `.npy`, or CSV of numbers with or without a line of column names.
 * @throws InputError where it is neither, or a row has another width than the first
 */
export async function readFeatures(path: string): Promise<Matrix<Float32Array>> {
  const bytes = await readBytes(path)
  if (isNpy(bytes)) return asMatrix(decodeNpy(bytes, path), path)
  const rows = parseRows(bytes.toString('utf8'), path)
  const named = rows.length > 0 && rows[0].some((field) => field.trim() === '' || Number.isNaN(Number(field)))
  const body = named ? rows.slice(1) : rows
  if (body.length === 0)
    throw new InputError('there is no feature', path, 'write one row of numbers an image')
  const columns = body[0].length
  const data = new Float32Array(body.length * columns)
  body.forEach((row, index) => {
    const line = `${path}: row ${index + 1}`
    if (row.length !== columns) {
      throw new InputError(`${row.length} numbers, the first row has ${columns}`, line, 'mend the file')
    }
    row.forEach((field, column) => {
      const value = field.trim() === '' ? Number.NaN : Number(field)
      if (Number.isNaN(value)) throw new InputError(`'${field}' is not a number`, line, 'mend the file')
      data[index * columns + column] = value
    })
  })
  return { rows: body.length, columns, data }
}

const LABELS: Record<string, number> = { '0': 0, '1': 1, false: 0, true: 1 }

/**
 * Reads one label a pair, 1 for the same person and 0 for different ones: `.npy` of booleans or whole numbers, or text
 * with one 0 or 1 (or true or false) a line.
 * @throws InputError
 */
export async function readPairLabels(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path)
  const values = isNpy(bytes)
    ? Array.from<number | bigint, string>(decodeNpy(bytes, path).data, String)
    : bytes
        .toString('utf8')
        .replace(/^\ufeff/, '')
        .split(/[\s,]+/)
        .filter((word) => word !== '')
  return Uint8Array.from(values, (value, index) => {
    const label = LABELS[value.toLowerCase()]
    if (label === undefined) {
      throw new InputError(
        `label ${index + 1} is '${value}'`,
        path,
        'write 1 for the same person, 0 for different ones',
      )
    }
    return label
  })
}

import { readText } from '../bytes/files.js'
import { InputError } from '../errors.js'
import { parseCsvTable, rowPlace } from '../test-sets/csv-table.js'

const IMAGE = ['image', 'file', 'filename', 'path', 'name']
/** Columns of five landmarks, x and y in turn, by the names in use; left and right as the viewer sees them. */
const NAMINGS: readonly (readonly string[])[] = [
  Array.from({ length: 5 }, (_, i) => [`x${i + 1}`, `y${i + 1}`]).flat(),
  ['left_eye', 'right_eye', 'nose', 'left_mouth', 'right_mouth'].flatMap((point) => [
    `${point}_x`,
    `${point}_y`,
  ]),
  ['lefteye', 'righteye', 'nose', 'leftmouth', 'rightmouth'].flatMap((point) => [`${point}_x`, `${point}_y`]),
]

/**
 * Reads the landmarks of photographs from a CSV: a column `image` and ten of coordinates in pixels of the photograph as it is
 * seen, `x1,y1 .. x5,y5` as `alignment.csv` has them, or `left_eye_x,left_eye_y,right_eye_x ..` (left as the viewer sees
 * it). A row without numbers is a photograph that shows no face.
 * @throws InputError that names the row or the missing column
 */
export async function readLandmarks(path: string): Promise<Map<string, readonly number[]>> {
  const table = parseCsvTable(await readText(path), path)
  const image = table.require(...IMAGE)
  const naming =
    NAMINGS.find((names) => names.every((name) => table.find(name) >= 0)) ??
    // Says which of the usual columns is missing.
    NAMINGS.filter((names) => names.some((name) => table.find(name) >= 0)).concat([NAMINGS[0]])[0]
  const columns = naming.map((name) => table.require(name))
  const landmarks = new Map<string, readonly number[]>()
  for (let row = 0; row < table.rowCount; row++) {
    const name = table.cell(row, image).trim()
    const cells = columns.map((column) => table.cell(row, column).trim())
    if (cells.every((cell) => cell === '')) continue
    const points = cells.map(Number)
    const bad = points.findIndex((value, k) => cells[k] === '' || !Number.isFinite(value))
    if (bad >= 0)
      throw new InputError(
        `'${cells[bad]}' is no coordinate`,
        rowPlace(path, row),
        'write a number of pixels',
      )
    if (landmarks.has(name))
      throw new InputError(`'${name}' has landmarks twice`, rowPlace(path, row), 'keep one row of each')
    landmarks.set(name, points)
  }
  if (landmarks.size === 0) throw new InputError('the table holds no landmarks', path, 'name another')
  return landmarks
}

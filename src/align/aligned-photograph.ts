import type Papa from 'papaparse'
import { z } from 'zod'
import { onDemand } from '../on-demand.js'

const papa = onDemand<typeof Papa>('papaparse')

/** What became of a photograph. */
export const alignedPhotographSchema = z.object({
  name: z.string(),
  /** where its crop lies below the folder; none was made where there is neither face nor centre */
  crop: z.string(),
  /** how many were found */
  faces: z.int().nonnegative().optional(),
  /** of the face that was taken; not where landmarks were given */
  score: z.number().optional(),
  /** x, y, width, height in pixels of the photograph as it is seen */
  box: z.array(z.number()).length(4).optional(),
  /** x1, y1 .. x5, y5 */
  points: z.array(z.number()).length(10).readonly().optional(),
  /** why it could not be looked at */
  problem: z.string().optional(),
})
export type AlignedPhotograph = z.infer<typeof alignedPhotographSchema>

const BOX = ['x', 'y', 'width', 'height']
const POINTS = Array.from({ length: 5 }, (_, i) => [`x${i + 1}`, `y${i + 1}`]).flat()
export const TABLE_COLUMNS = ['image', 'faces', 'score', ...BOX, ...POINTS]

/** A row of `alignment.csv`: thousandths of a pixel, no numbers where there is no face. */
export function tableRow({ name, faces = 0, score, box = [], points = [] }: AlignedPhotograph): string {
  const numbers = (values: readonly number[], count: number) =>
    Array.from({ length: count }, (_, i) => (values[i] === undefined ? '' : plain(values[i], 3)))
  const cells = [
    name,
    faces,
    score === undefined ? '' : plain(score, 6),
    ...numbers(box, 4),
    ...numbers(points, 10),
  ]
  return papa().unparse([cells])
}

function plain(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}

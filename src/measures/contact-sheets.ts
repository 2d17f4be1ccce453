import { z } from 'zod'
import type { DatasetRecord } from '../datasets/dataset.js'
import type { SheetCell } from '../images/contact-sheet.js'
import type { Picture } from '../results/schema.js'
import { defineMeasure } from './measure.js'

const MANY = { rows: 4, columns: 10 }
const FEW = { rows: 4, images: 10 }

/** Contact sheets for a report: many identities once, and a few identities many times. */
export const contactSheets = defineMeasure({
  id: 'contactSheets',
  command: 'contact-sheets',
  title: 'Faces',
  summary: 'contact sheets: many identities once, a few identities many times',
  options: z.boolean().default(true).describe('whether they are wanted'),
  gives: [],
  revision: 1,
  async measure(subject) {
    // Faces of people don't belong into a file that is passed around.
    if (!subject.showsFaces)
      return { notes: ['No contact sheets: faces of this dataset stay out of results.'] }
    return { pictures: await sheetsOf(subject.records(), subject.name) }
  },
})

async function sheetsOf(records: AsyncIterable<DatasetRecord>, name: string): Promise<Picture[]> {
  const firsts: SheetCell[] = []
  const rows = new Map<number, SheetCell[]>()
  for await (const record of records) {
    if (record.image === 0 && firsts.length < MANY.rows * MANY.columns) firsts.push(cellOf(record))
    if (record.identity < FEW.rows && record.image < FEW.images) {
      rows.set(record.identity, [...(rows.get(record.identity) ?? []), cellOf(record)])
    }
    if (firsts.length === MANY.rows * MANY.columns && record.identity >= FEW.rows) break
  }
  const few = [...rows.values()]
  return [
    await draw(firsts, MANY.columns, {
      title: `${name}: ${firsts.length} identities`,
      caption: 'The first image of each.',
    }),
    await draw(few.flat(), Math.max(...few.map((cells) => cells.length)), {
      title: `${name}: ${few.length} identities, one a row`,
      caption: 'The same identity vector, perturbed for each image.',
    }),
  ]
}

function cellOf({ identity, image, bytes }: DatasetRecord): SheetCell {
  return {
    image: { kind: 'encoded', bytes: Uint8Array.from(bytes) },
    name: `image ${image} of identity ${identity}`,
  }
}

async function draw(
  cells: readonly SheetCell[],
  columns: number,
  text: { title: string; caption: string },
): Promise<Picture> {
  const { drawContactSheet } = await import('../images/contact-sheet.js')
  const data = await drawContactSheet(cells, { columns }, text.title, 'jpeg')
  return { ...text, type: 'image/jpeg', data: data.toString('base64') }
}

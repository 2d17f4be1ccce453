import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { DatasetReader, DatasetRecord } from '../datasets/dataset.js'
import { type SheetCell, writeContactSheet } from '../images/contact-sheet.js'
import type { Picture } from '../results/schema.js'

const MANY = { rows: 4, columns: 10 }
const FEW = { rows: 4, images: 10 }

/** Contact sheets for a report: many identities once, and a few identities many times. */
export async function lookAtDataset(dataset: DatasetReader, name: string): Promise<Picture[]> {
  const firsts: SheetCell[] = []
  const rows = new Map<number, SheetCell[]>()
  for await (const record of dataset.records()) {
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
  const folder = await mkdtemp(join(tmpdir(), 'vec2face-bench-sheet-'))
  try {
    const file = join(folder, 'sheet.png')
    await writeContactSheet(cells, { columns }, file)
    const data = await sharp(await readFile(file))
      .jpeg({ quality: 82 })
      .toBuffer()
    return { ...text, type: 'image/jpeg', data: data.toString('base64') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

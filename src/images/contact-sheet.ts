import { fileURLToPath } from 'node:url'
import type * as Canvas from '@napi-rs/canvas'
import type Sharp from 'sharp'
import { writeDurably } from '../bytes/files.js'
import { InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import type { EncodedImage, RawPixels } from './image.js'
import { toPixels } from './image-decoding.js'

const sharp = onDemand<typeof Sharp>('sharp')

/** One picture of a contact sheet. */
export interface SheetCell {
  readonly image: EncodedImage | RawPixels
  /** what messages call the image */
  readonly name: string
  /** a short text below it */
  readonly caption?: string
}

/** A picture, or an empty place. */
export type SheetPlace = SheetCell | undefined

export interface SheetLayout {
  readonly columns: number
  /** columns that a wide gap stands before */
  readonly gapBefore?: readonly number[]
  /** the side of a cell in pixels (112); images are fitted inside it, their shape kept */
  readonly cellSize?: number
  readonly title?: string
  /** texts left of the rows */
  readonly rowLabels?: readonly string[]
  /** texts above the columns */
  readonly columnLabels?: readonly string[]
}

/** The largest sheet, in pixels. */
const MAX_SHEET = 32_000_000
const CELL = 112
/** Of a sheet inside a report. */
const JPEG_QUALITY = 82
const GAP = 4
/** What sets columns apart. */
const WIDE_GAP = 24
const TEXT = 12
const LINE = 18
const INK = '#1f2328'
const PAPER = '#ffffff'
const FONT = 'Inter contact sheet'

const canvas = onDemand<typeof Canvas>('@napi-rs/canvas', ({ GlobalFonts }) => {
  // The font comes with the program, so that a sheet has the same bytes on every machine.
  const file = import.meta.resolve('@fontsource/inter/files/inter-latin-400-normal.woff2')
  GlobalFonts.registerFromPath(fileURLToPath(file), FONT)
})

/** A band of the sheet: full width, some pixels high, drawn and then kept as RGBA bytes. */
function drawBand(width: number, height: number, draw: (context: Canvas.SKRSContext2D) => void): Buffer {
  const drawn = canvas().createCanvas(width, height)
  const context = drawn.getContext('2d')
  context.fillStyle = PAPER
  context.fillRect(0, 0, width, height)
  context.fillStyle = INK
  context.font = `${TEXT}px "${FONT}"`
  context.textBaseline = 'middle'
  draw(context)
  return Buffer.from(context.getImageData(0, 0, width, height).data.buffer)
}

/** The text, shortened with an ellipsis until it fits. */
function fitText(context: Canvas.SKRSContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let kept = text
  while (kept !== '' && context.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1)
  return `${kept}…`
}

async function fitImage(cell: SheetCell, size: number): Promise<Buffer> {
  const { width, height, data } = await toPixels(cell.image, cell.name)
  return sharp()(data, { raw: { width, height, channels: 3 } })
    .resize({ width: size, height: size, fit: 'contain', background: PAPER })
    .ensureAlpha()
    .raw()
    .toBuffer()
}

/** Where things lie on a sheet, in pixels. */
function measure(layout: SheetLayout) {
  const size = layout.cellSize ?? CELL
  const context = canvas().createCanvas(1, 1).getContext('2d')
  context.font = `${TEXT}px "${FONT}"`
  const labels = (layout.rowLabels ?? []).map((label) => context.measureText(label).width)
  const left = labels.length === 0 ? GAP : Math.ceil(Math.max(...labels)) + 2 * GAP
  const { gapBefore = [] } = layout
  const cellLeft = (column: number) =>
    left + column * (size + GAP) + gapBefore.filter((at) => at <= column).length * WIDE_GAP
  return { size, cellLeft, width: cellLeft(layout.columns - 1) + size + GAP }
}

function rowHeight(row: readonly SheetPlace[], { cellSize = CELL }: SheetLayout): number {
  return cellSize + GAP + (row.some((cell) => cell?.caption !== undefined) ? LINE : 0)
}

async function drawRow(row: readonly SheetPlace[], label: string | undefined, layout: SheetLayout) {
  const { size, cellLeft, width } = measure(layout)
  const images = await Promise.all(row.map((cell) => cell && fitImage(cell, size)))
  return drawBand(width, rowHeight(row, layout), (context) => {
    if (label !== undefined) context.fillText(label, GAP, size / 2)
    for (const [column, image] of images.entries()) {
      if (image === undefined) continue
      const pixels = context.createImageData(size, size)
      pixels.data.set(image)
      context.putImageData(pixels, cellLeft(column), 0)
      const caption = row[column]?.caption
      if (caption !== undefined) {
        context.fillText(fitText(context, caption, size), cellLeft(column), size + LINE / 2)
      }
    }
  })
}

function drawHead(layout: SheetLayout): Buffer[] {
  const { size, cellLeft, width } = measure(layout)
  const { title, columnLabels } = layout
  const bands = [drawBand(width, GAP, () => {})]
  if (title !== undefined) {
    bands.push(
      drawBand(width, LINE + GAP, (context) => {
        context.fillText(fitText(context, title, width - 2 * GAP), GAP, LINE / 2)
      }),
    )
  }
  if (columnLabels !== undefined) {
    bands.push(
      drawBand(width, LINE, (context) => {
        for (const [i, label] of columnLabels.entries()) {
          context.fillText(fitText(context, label, size), cellLeft(i), LINE / 2)
        }
      }),
    )
  }
  return bands
}

/**
 * Writes a grid of images as a PNG file, as {@link drawContactSheet} draws it.
 * @throws InputError as it does, and where the file cannot be written
 */
export async function writeContactSheet(
  cells: Iterable<SheetPlace> | AsyncIterable<SheetPlace>,
  layout: SheetLayout,
  outFile: string,
): Promise<void> {
  await writeDurably(outFile, await drawContactSheet(cells, layout, outFile, 'png'))
}

/**
 * Draws a grid of images, row by row from a list or a stream. Memory is that of the finished sheet (8 bytes a pixel),
 * whatever the images' sizes. The same images give the same bytes on every machine.
 * @param where what messages call the sheet
 * @throws InputError where an image does not decode, or the sheet would exceed 32 megapixels
 */
export async function drawContactSheet(
  cells: Iterable<SheetPlace> | AsyncIterable<SheetPlace>,
  layout: SheetLayout,
  where: string,
  form: 'png' | 'jpeg',
): Promise<Buffer> {
  const { width } = measure(layout)
  const bands = drawHead(layout)
  let pixels = 0
  let rows = 0
  const addRow = async (row: readonly SheetPlace[]) => {
    pixels += width * rowHeight(row, layout)
    if (pixels > MAX_SHEET) {
      throw new InputError('the contact sheet would exceed 32 megapixels', where, 'ask for fewer images')
    }
    bands.push(await drawRow(row, layout.rowLabels?.[rows++], layout))
  }
  let row: SheetPlace[] = []
  for await (const cell of cells) {
    row.push(cell)
    if (row.length === layout.columns) {
      await addRow(row)
      row = []
    }
  }
  if (row.length > 0) await addRow(row)
  const data = Buffer.concat(bands)
  const sheet = sharp()(data, { raw: { width, height: data.length / 4 / width, channels: 4 } }).removeAlpha()
  return form === 'png' ? sheet.png().toBuffer() : sheet.jpeg({ quality: JPEG_QUALITY }).toBuffer()
}

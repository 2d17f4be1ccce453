import { fileURLToPath } from 'node:url'
import type * as Canvas from '@napi-rs/canvas'
import type * as Charts from 'chartjs-node-canvas'
import type Sharp from 'sharp'
import { onDemand } from '../on-demand.js'
import { chartConfig, FONT, legendOfLines, logarithmicGrid, logarithmicTick } from './chart-config.js'
import type { Figure } from './figures/figure.js'

const sharp = onDemand<typeof Sharp>('sharp')

const WIDTH = 720
const HEIGHT = 440

/** Forms of a picture, with what draws each. SVG has its text as paths, PDF embeds the font: both look alike anywhere. */
const FORMS = {
  png: { mime: 'image/png' },
  svg: { type: 'svg', mime: 'image/svg+xml' },
  pdf: { type: 'pdf', mime: 'application/pdf' },
} as const
export type PictureForm = keyof typeof FORMS
export const PICTURE_FORMS = Object.keys(FORMS) as PictureForm[]

const canvas = onDemand<typeof Canvas>('@napi-rs/canvas', ({ GlobalFonts }) => {
  // The font comes with the program, so that a picture has the same bytes on every machine.
  for (const weight of [400, 700]) {
    const file = import.meta.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`)
    GlobalFonts.registerFromPath(fileURLToPath(file), FONT)
  }
})
const charts = onDemand<typeof Charts>('chartjs-node-canvas', () => canvas())

/** Draws figures. The renderer is costly to make: one serves all figures. */
export function drawFigures(figures: readonly Figure[], form: PictureForm = 'png'): Buffer[] {
  const { mime, ...type } = FORMS[form]
  const { ChartJSNodeCanvas } = charts()
  const renderer = new ChartJSNodeCanvas({
    width: WIDTH,
    height: HEIGHT,
    ...type,
    backgroundColour: 'white',
    chartCallback(chart) {
      chart.defaults.font.family = FONT
      chart.defaults.font.size = 13
      chart.defaults.color = '#222'
      chart.defaults.devicePixelRatio = 1
      legendOfLines(chart)
      chart.defaults.set('scales.logarithmic', {
        ticks: { callback: logarithmicTick },
        grid: { color: logarithmicGrid, tickColor: logarithmicGrid },
      })
    },
  })
  return figures.map((figure) => {
    const config = chartConfig(figure)
    return renderer.renderToBufferSync({ ...config, options: { ...config.options, responsive: false } }, mime)
  })
}

/** The same picture with at most 64 colours, a quarter of the size: for a page that carries its pictures. */
export function shrinkPicture(png: Buffer): Promise<Buffer> {
  return sharp()(png).png({ palette: true, colours: 64, effort: 7 }).toBuffer()
}

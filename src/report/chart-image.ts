import { fileURLToPath } from 'node:url'
import { GlobalFonts } from '@napi-rs/canvas'
import { ChartJSNodeCanvas } from 'chartjs-node-canvas'
import sharp from 'sharp'
import { chartConfig, FONT, logarithmicTick } from './chart-config.js'
import type { Figure } from './figures.js'

const WIDTH = 720
const HEIGHT = 440

// The font comes with the program, so that a picture has the same bytes on every machine.
for (const weight of [400, 700]) {
  GlobalFonts.registerFromPath(
    fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`)),
    FONT,
  )
}

/** Draws figures as PNG. The renderer is costly to make: one serves all figures. */
export function drawFigures(figures: readonly Figure[]): Buffer[] {
  const renderer = new ChartJSNodeCanvas({
    width: WIDTH,
    height: HEIGHT,
    backgroundColour: 'white',
    chartCallback(chart) {
      chart.defaults.font.family = FONT
      chart.defaults.font.size = 13
      chart.defaults.color = '#222'
      chart.defaults.devicePixelRatio = 1
      chart.defaults.set('scales.logarithmic', { ticks: { callback: logarithmicTick } })
    },
  })
  return figures.map((figure) => {
    const config = chartConfig(figure)
    return renderer.renderToBufferSync({ ...config, options: { ...config.options, responsive: false } })
  })
}

/** The same picture with at most 64 colours, a quarter of the size: for a page that carries its pictures. */
export function shrinkPicture(png: Buffer): Promise<Buffer> {
  return sharp(png).png({ palette: true, colours: 64, effort: 7 }).toBuffer()
}

import { fileURLToPath } from 'node:url'
import { GlobalFonts } from '@napi-rs/canvas'
import { ChartJSNodeCanvas } from 'chartjs-node-canvas'
import { chartConfig, FONT } from './chart-config.js'
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
    },
  })
  return figures.map((figure) => {
    const config = chartConfig(figure)
    return renderer.renderToBufferSync({ ...config, options: { ...config.options, responsive: false } })
  })
}

// What chartjs-node-canvas asks of canvas 3, given by @napi-rs/canvas: canvas itself wants a compiler or a download.
const napi = require('@napi-rs/canvas')

/** Text becomes paths, so that a picture looks the same where the font is missing. */
function svgCanvas(width, height) {
  const canvas = napi.createCanvas(width, height, napi.SvgExportFlag.ConvertTextToPaths)
  canvas.toBuffer = () => renumbered(canvas.getContent())
  return canvas
}

/** Names of clips are counted over the whole process; here from 1, so that the same picture has the same bytes. */
function renumbered(svg) {
  const names = new Map()
  return Buffer.from(
    svg.toString('utf8').replace(/\bcl_[0-9a-f]+\b/g, (name) => {
      if (!names.has(name)) names.set(name, `cl_${names.size + 1}`)
      return names.get(name)
    }),
  )
}

/** One page, its fonts embedded. */
function pdfCanvas(width, height) {
  const document = new napi.PDFDocument({ creator: 'vec2face-bench' })
  const context = document.beginPage(width, height)
  const canvas = {
    width,
    height,
    getContext: () => context,
    toBuffer() {
      document.endPage()
      return document.close()
    },
  }
  Object.defineProperty(context, 'canvas', { value: canvas })
  return canvas
}

module.exports = {
  ...napi,
  createCanvas(width, height, type) {
    if (type === 'svg') return svgCanvas(width, height)
    return type === 'pdf' ? pdfCanvas(width, height) : napi.createCanvas(width, height)
  },
}

// What chartjs-node-canvas asks of canvas 3, given by @napi-rs/canvas: canvas itself wants a compiler or a download.
module.exports = require('@napi-rs/canvas')

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { shared } from '../shared.js'

const demo = fileURLToPath(new URL('../../models/demo/', import.meta.url))

/** The networks that are at hand: the demo world's, and the real ones beside the checkout where they are there. */
export const NETWORKS: readonly string[] = [
  ...readdirSync(demo)
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => `${demo}${file}`),
  ...['real/mobilefacenet.onnx', 'real/yunet.onnx'].map(shared).filter((path) => path !== undefined),
]

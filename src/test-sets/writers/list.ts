import { csvWriter } from './csv-writer.js'
import { binWriter } from './insightface-bin-writer.js'
import { xzWriter } from './insightface-xz-writer.js'
import { doppelverWriter, lfwWriter, sllfwWriter } from './list-writers.js'
import { npyWriter } from './npy-writer.js'
import type { PairWriter } from './pair-writer.js'

/** The forms in which pairs are written. A new one is a line here. */
export const PAIR_WRITERS: readonly PairWriter[] = [
  binWriter,
  xzWriter,
  npyWriter,
  csvWriter,
  lfwWriter,
  sllfwWriter,
  doppelverWriter,
]

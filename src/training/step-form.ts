import type { KernelGradients } from '../gradient/gradient.js'
import { blockSize } from '../onnx/blocked/block-size.js'
import { blockedMaps } from '../onnx/blocked/blocked-maps.js'
import type { Graph } from '../onnx/graph.js'
import type { RuntimeOptions } from '../onnx/runtime.js'
import { lowerNormalisation } from './training-form.js'

/** Channels of a block of onnxruntime's maps where a step runs; undefined where it has none there. */
export async function blockOf({ provider = 'cpu' }: RuntimeOptions): Promise<number | undefined> {
  return provider === 'cpu' ? blockSize() : undefined
}

/** What is fastest where a step's maps are in blocks: images take the place of channels, so a batch has to fill them. */
export function kernelGradientsFor(block: number | undefined, batch: number): KernelGradients {
  return block !== undefined && batch % block === 0 ? 'convolution' : 'products'
}

/**
 * A step's graph as it runs fastest: batch normalisation as few passes over memory, maps in blocks.
 * @param graph of known sizes @param block as {@link blockOf} says
 */
export function inFastForm(graph: Graph, block: number | undefined): Graph {
  lowerNormalisation(graph)
  return block === undefined ? graph : blockedMaps(graph, block)
}

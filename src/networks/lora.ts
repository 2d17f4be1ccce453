import { InputError } from '../errors.js'
import type { WeightTensor, WeightTensors } from './weights.js'

/** The spellings of a layer's two matrices: kohya's, diffusers' of before, peft's. */
const DOWN = /\.(?:lora_down|lora\.down|lora_A(?:\.default)?)\.weight$/
const UP = /\.(?:lora_up|lora\.up|lora_B(?:\.default)?)\.weight$/
const ALPHA = /\.alpha$/
/** diffusers' attention processors: attn1.processor.to_q_lora.down.weight */
const PROCESSOR = /\.processor\.(to_[qkv]|to_out)_lora\.(down|up)\.weight$/

interface LoraLayer {
  readonly name: string
  down?: WeightTensor
  up?: WeightTensor
  alpha?: WeightTensor
}

/** How many layers of the network were changed, and by which ranks. */
export interface MergedLora {
  readonly weights: WeightTensors
  readonly layers: number
  readonly ranks: readonly number[]
}

/**
 * Adds a low-rank adaptation to a network's weights: W + scale (alpha / rank) up down, with alpha the rank where it isn't
 * given (arXiv 2106.09685). Sums are float64. Each layer is added when its weight is read. Cost: rank times the weight.
 * @param lora the adaptation's tensors @param where its file, for messages
 * @throws InputError where a layer isn't the network's, or its matrices don't fit
 */
export function mergeLora(
  weights: WeightTensors,
  lora: WeightTensors,
  scale: number,
  where: string,
): MergedLora {
  const modules = new Map<string, string>()
  for (const key of weights.keys())
    if (key.endsWith('.weight')) {
      const module = key.slice(0, -'.weight'.length)
      modules.set(module, key)
      modules.set(module.replaceAll('.', '_'), key)
    }
  const merged = new Map(weights)
  const ranks = new Set<number>()
  const layers = collect(lora, where)
  for (const layer of layers) {
    const key = modules.get(layer.name.replace(/^(?:lora_unet_|unet\.|base_model\.model\.)/, ''))
    const weight = key === undefined ? undefined : weights.get(key)
    if (key === undefined || weight === undefined) {
      throw new InputError(
        `it changes '${layer.name}', a layer that the network doesn't have`,
        where,
        'name the adaptation that was made for this network',
      )
    }
    const { down, up, factor, rank } = check(layer, weight, where)
    ranks.add(rank)
    merged.set(key, {
      shape: weight.shape,
      size: weight.size,
      readFloat32: () => sum(weight, down, up, factor * scale, rank),
    })
  }
  return { weights: merged, layers: layers.length, ranks: [...ranks].sort((a, b) => a - b) }
}

function collect(lora: WeightTensors, where: string): LoraLayer[] {
  const layers = new Map<string, LoraLayer>()
  for (const [key, tensor] of lora) {
    const plain = key.replace(
      PROCESSOR,
      (_, part, kind) => `.${part === 'to_out' ? 'to_out.0' : part}.lora.${kind}.weight`,
    )
    const part = DOWN.test(plain) ? 'down' : UP.test(plain) ? 'up' : ALPHA.test(plain) ? 'alpha' : undefined
    if (part === undefined) {
      throw new InputError(
        `'${key}' is no part of a low-rank adaptation`,
        where,
        'name a LoRA of diffusers, peft or kohya',
      )
    }
    const name = plain.replace(DOWN, '').replace(UP, '').replace(ALPHA, '')
    const layer: LoraLayer = layers.get(name) ?? { name }
    layer[part] = tensor
    layers.set(name, layer)
  }
  return [...layers.values()]
}

function check({ name, down, up, alpha }: LoraLayer, weight: WeightTensor, where: string) {
  const misfit = (what: string) =>
    new InputError(
      `${name}: ${what}`,
      where,
      'name the adaptation that was made for this network, or get it again',
    )
  if (down === undefined || up === undefined) throw misfit('one of its two matrices is missing')
  const [to, ...from] = weight.shape
  const rank = down.shape[0]
  const inputs = weight.size / to
  if (up.shape[1] !== rank) throw misfit(`its matrices are of rank ${rank} and ${up.shape[1]}`)
  if (up.shape[0] !== to || up.size !== to * rank || down.size !== rank * inputs) {
    const shapes = [up, down].map(({ shape }) => `[${shape.join(', ')}]`).join(' times ')
    throw misfit(`${shapes} doesn't fit a weight of [${[to, ...from].join(', ')}]`)
  }
  const factor = alpha === undefined ? 1 : alpha.readFloat32()[0] / rank
  if (!Number.isFinite(factor)) throw misfit('its alpha is no number')
  return { down, up, factor, rank }
}

function sum(
  weight: WeightTensor,
  down: WeightTensor,
  up: WeightTensor,
  factor: number,
  rank: number,
): Float32Array {
  const out = weight.readFloat32()
  const [a, b] = [up.readFloat32(), down.readFloat32()]
  const columns = out.length / weight.shape[0]
  const row = new Float64Array(columns)
  for (let i = 0; i < weight.shape[0]; i++) {
    row.fill(0)
    for (let r = 0; r < rank; r++) {
      const share = a[i * rank + r]
      const from = r * columns
      for (let j = 0; j < columns; j++) row[j] += share * b[from + j]
    }
    const start = i * columns
    for (let j = 0; j < columns; j++) out[start + j] += factor * row[j]
  }
  return out
}

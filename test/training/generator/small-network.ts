/** A generator that trains in seconds. */
export const SMALL_NETWORK = {
  width: 32,
  heads: { encoder: 2, decoder: 2 },
  blocks: { encoder: 1, decoder: 1 },
  expansion: 2,
  channels: 32,
  levels: [32, 32, 32, 32, 32],
  residual: 1,
}

/** How an image's numbers become the network's; see `imageInputSchema`. */
interface Normalisation {
  readonly scale: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** In what a mean and a deviation are written: of pixels in 0..1 or in 0..255. Values that fit both say nothing. */
export type PixelUnits = '0..1' | '0..255' | 'mixed'

/**
 * Tells the units of means and deviations: those of pixels in 0..1 are hardly above 1; a mean of 0 and a deviation of 1
 * fit both. Where nothing tells, it is 0..1, which `scale: 255` makes of a pixel.
 */
export function pixelUnits(mean: readonly number[], std: readonly number[]): PixelUnits {
  const bytes = [...mean, ...std].some((value) => value > 4)
  const shares = mean.some((value) => value > 0 && value <= 1) || std.some((value) => value < 1)
  if (bytes && shares) return 'mixed'
  return bytes ? '0..255' : '0..1'
}

/** What is wrong with the units of a descriptor, and the remedy; undefined where nothing is. */
export function unitsError({ scale, mean, std }: Normalisation): string | undefined {
  const units = pixelUnits(mean, std)
  if (units === 'mixed')
    return `mean ${mean.join(', ')} and std ${std.join(', ')} are in different units; write both for pixels in 0..1`
  if (units === '0..255' && scale > 4)
    return `mean ${mean.join(', ')} and std ${std.join(', ')} are of pixels in 0..255, which 'scale: ${scale}' divides first; write 'scale: 1', or divide both by 255`
  const ofShares = mean.some((value) => value > 0) || std.some((value) => value < 1)
  if (units === '0..1' && scale === 1 && ofShares)
    return `mean ${mean.join(', ')} and std ${std.join(', ')} are of pixels in 0..1, and 'scale: 1' leaves pixels in 0..255; leave 'scale' out`
  return undefined
}

/** What a black and a white pixel become, the lowest and highest over the channels. */
export function inputRange({ scale, mean, std }: Normalisation): readonly [low: number, high: number] {
  const of = (pixel: number): number[] => mean.map((m, channel) => (pixel / scale - m) / std[channel])
  return [Math.min(...of(0)), Math.max(...of(255))]
}

/** Ranges that networks of the field are fed: about -1..1 (0..1, -2.2..2.7), or pixels, centred or not. */
export function isUsualRange([low, high]: readonly [low: number, high: number]): boolean {
  const span = high - low
  const aroundZero = low <= 0.01 && high > 0.01
  return aroundZero && ((span >= 0.5 && span <= 10) || (span >= 200 && span <= 300))
}

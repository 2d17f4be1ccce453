import sharp from 'sharp'
import { expect } from 'vitest'
import { cli } from './cli.js'

/** An encoded image of one colour, its own for each index: JPEG, and every third PNG. */
export async function image(index: number, side = 24): Promise<Buffer> {
  const background = { r: (index * 53) % 256, g: (index * 101) % 256, b: (index * 17) % 256 }
  const made = sharp({ create: { width: side, height: side, channels: 3, background } })
  return (index % 3 === 2 ? made.png() : made.jpeg()).toBuffer()
}

/** Converts by the command line. @returns where to */
export function convert(path: string, to: string, out: string, ...more: string[]): string {
  const outcome = cli('datasets', 'convert', path, '--to', to, '--out', out, '--quiet', ...more)
  expect(outcome.status, outcome.stderr).toBe(0)
  return out
}

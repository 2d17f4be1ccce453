import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The third-party material beside the checkout; undefined where it is not there, and tests that need it skip. */
export function shared(path: string): string | undefined {
  const full = fileURLToPath(new URL(`../../shared/${path}`, import.meta.url))
  return existsSync(full) ? full : undefined
}

/** The real recogniser and photographs. */
export const REAL = shared('real')
/** How the real recogniser wants its images. */
export const REAL_FLAGS = ['--mean', '0.485,0.456,0.406', '--std', '0.229,0.224,0.225']

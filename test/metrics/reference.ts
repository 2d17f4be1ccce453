import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Matrix } from '../../src/arrays/matrix.js'
import { encodeNpy } from '../../src/arrays/npy.js'
import { RandomStream } from '../../src/random/philox.js'
import { pythonHas, pythonJson } from '../python.js'

/** Whether SciPy and scikit-learn are there to compare with. */
export const hasSciPy = pythonHas('scipy', 'sklearn')

interface Manifold {
  readonly precision: number
  readonly recall: number
  readonly density: number
  readonly coverage: number
}

export interface Reference {
  readonly frechet: number
  readonly frechetOfFew: number
  readonly kid: number
  readonly manifold3: Manifold
  readonly manifold5: Manifold
  readonly cmmd: number
}

/** One value that SciPy and scikit-learn compute from two sets of features (reference.py). */
export function reference<K extends keyof Reference>(value: K, a: Matrix, b: Matrix): Reference[K] {
  const folder = mkdtempSync(join(tmpdir(), 'features-'))
  try {
    const paths = [a, b].map(({ rows, columns, data }, i) => {
      const path = join(folder, `${i}.npy`)
      writeFileSync(path, encodeNpy({ type: '<f8', shape: [rows, columns], data: Float64Array.from(data) }))
      return path
    })
    const script = fileURLToPath(new URL('reference.py', import.meta.url))
    return pythonJson<Reference[K]>(script, ...paths, value)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Features as a network gives them: correlated, of falling variance, none below 0, about means that `shift` moves. */
export function features(rows: number, columns: number, seed: number, shift = 0): Matrix {
  const random = new RandomStream(seed, 'features')
  const data = new Float32Array(rows * columns)
  const latent = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    random.fillNormal(latent)
    for (let k = 0; k < columns; k++) {
      const mixed =
        latent[k] * Math.exp((-3 * k) / columns) + 0.5 * latent[(7 * k + 1) % columns] + 0.3 * latent[0]
      data[row * columns + k] = Math.max(0, 0.5 + mixed + shift * Math.sin(k))
    }
  }
  return { rows, columns, data }
}

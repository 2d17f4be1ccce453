import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * What QUICK leaves out: minutes of the built program started again and again, beside tests of the same readers and
 * functions in the process (test/quick.ts leaves out single tests). `npm test` runs them; CI, which has 20 minutes, sets
 * QUICK.
 */
const LENGTHY = [
  'test/cases/feature-tables.test.ts',
  'test/cases/image-folders.test.ts',
  'test/cases/training-records.test.ts',
  'test/cli/convert-datasets.test.ts',
  'test/cli/convert.test.ts',
  'test/cli/metrics-fid.test.ts',
  'test/generate/attrop/attrop-dataset.test.ts',
  'test/generate/killed.test.ts',
  'test/packaging/**',
  'test/training/killed.test.ts',
]

/** What adds to a room's list, or changes what all see of the process. */
const ALONE = [
  'test/**/adding-a-*.test.ts',
  'test/cli/datasets.test.ts',
  'test/cli/metrics-features.test.ts',
  'test/cli/metrics-pictures.test.ts',
  'test/measures/measures.test.ts',
]

const leftOut = process.env.QUICK === undefined ? [] : LENGTHY

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    globalSetup: 'test/build.ts',
    setupFiles: 'test/property-seed.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Threads that the sources start are TypeScript too, and inherit this.
    execArgv: ['--import', './test/typescript-hooks.mjs'],
    // Many tests start the program or Python, which take memory of their own.
    maxWorkers: Math.min(6, Math.max(2, availableParallelism())),
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...leftOut],
          // Files share the modules that a worker has loaded, which saves a fifth of the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, exclude: leftOut } },
    ],
  },
})

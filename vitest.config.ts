import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/closing-line.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Threads that the sources start are TypeScript too, and inherit this.
    execArgv: ['--import', './test/typescript-hooks.mjs'],
    // Many tests start the program or Python, which take memory of their own.
    maxWorkers: Math.min(6, Math.max(2, availableParallelism())),
  },
})

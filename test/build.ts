import { spawnSync } from 'node:child_process'

/**
 * Builds once before all tests: tests of the command line run what users run. Type errors are for `npm run check` to
 * report; the compiler writes the programs all the same.
 */
export function setup(): void {
  spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'ignore' })
}

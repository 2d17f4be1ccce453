import { execFileSync } from 'node:child_process'

/** Builds once before all tests: tests of the command line run what users run. */
export function setup(): void {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: ['ignore', 'inherit', 'inherit'] })
}

import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packageFile } from '../program.js'

/** A file of the demo that comes with the program; undefined where it is not there. */
export function demoFile(name: string): string | undefined {
  const path = fileURLToPath(packageFile(`models/demo/${name}`))
  return existsSync(path) ? path : undefined
}

/** The ids of the networks that come with the program. */
export function demoModels(): string[] {
  const folder = fileURLToPath(packageFile('models/demo'))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()
}

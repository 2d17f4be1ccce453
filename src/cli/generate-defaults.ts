import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InputError } from '../errors.js'
import { packageFile } from '../program.js'

function demoFile(name: string, instead: string): string {
  const path = fileURLToPath(packageFile(`models/demo/${name}`))
  if (!existsSync(path)) throw new InputError('this demo file does not come with the program', path, instead)
  return path
}

/** The generator trained on the demo world, used where none is named. @throws InputError where it is not there */
export function demoGenerator(): string {
  return demoFile('demo-generator.onnx', 'name a generator with --model')
}

/** Identity features of the demo world, used where none are named. @throws InputError where they are not there */
export function demoIdentityFeatures(): string {
  return demoFile('demo-identity-features.npy', 'name identity features with --from')
}

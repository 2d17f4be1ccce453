import { demoFile } from '../demo/demo-files.js'
import { InputError } from '../errors.js'

function requireDemoFile(name: string, instead: string): string {
  const path = demoFile(name)
  if (path === undefined) throw new InputError('this demo file does not come with the program', name, instead)
  return path
}

/** The generator trained on the demo world, used where none is named. @throws InputError where it is not there */
export function demoGenerator(): string {
  return requireDemoFile('demo-generator.yaml', 'name a generator with --model')
}

/** Identity features of the demo world, used where none are named. @throws InputError where they are not there */
export function demoIdentityFeatures(): string {
  return requireDemoFile('demo-identity-features.npy', 'name identity features with --from')
}

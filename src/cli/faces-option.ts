import type { Command } from 'commander'
import type { Faces } from '../run/faces.js'

/** Adds `--faces` and `--no-faces`. */
export function addFacesOptions(command: Command): Command {
  return command
    .option(
      '--faces',
      'put faces of real people into the results, too (the worst errors, contact sheets): where their licence allows it. Those of sets with faces: false in the catalogue or the paths file stay out',
    )
    .option('--no-faces', 'put no faces into the results, not even rendered ones')
}

/** By default rendered faces alone are shown. */
export function facesOf({ faces }: { readonly faces?: boolean }): Faces {
  if (faces === undefined) return 'rendered'
  return faces ? 'all' : 'none'
}

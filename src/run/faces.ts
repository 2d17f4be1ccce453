/**
 * Whose faces results may hold, where nothing is known of a set's licence: rendered ones, which are nobody's; all, where
 * who runs it says so. Or none at all.
 */
export type Faces = 'rendered' | 'all' | 'none'

/** Whose faces they are. */
export interface Portrayed {
  /** rendered by this program */
  readonly demo: boolean
  /** what the licence of the images says of showing them, where the paths file or the catalogue knows */
  readonly faces?: boolean | undefined
}

/** Whether faces of a set may be shown. What is known of its licence comes before what is asked for, but for none at all. */
export function showsFaces({ demo, faces: licensed }: Portrayed, faces: Faces = 'rendered'): boolean {
  if (faces === 'none') return false
  return licensed ?? (demo || faces === 'all')
}

/** What to tell who asked for the faces of a set that may not be shown; undefined where they are. */
export function keptOut(id: string, set: Portrayed, faces: Faces = 'rendered'): string | undefined {
  return faces === 'all' && !showsFaces(set, faces)
    ? `faces of ${id} stay out of the results: its licence, as far as the catalogue or your paths file knows it, does not let them be shown`
    : undefined
}

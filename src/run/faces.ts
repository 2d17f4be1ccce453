/**
 * Whose faces results may hold: rendered ones, which are nobody's; all, where their owner says so; none. Licences of real
 * photographs forbid to pass them around.
 */
export type Faces = 'rendered' | 'all' | 'none'

/** Whether faces of a set may be shown. */
export function showsFaces(demo: boolean, faces: Faces = 'rendered'): boolean {
  return faces === 'all' || (faces === 'rendered' && demo)
}

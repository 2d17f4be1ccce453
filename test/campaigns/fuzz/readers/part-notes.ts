import { readFile } from 'node:fs/promises'
import type { GenerationPlan } from '../../../../src/generate/generation-plan.js'
import { addNotes, NO_NOTES, readNotes } from '../../../../src/generate/part-notes.js'
import type { FuzzedReader } from '../reader.js'

/** Of a plan no more is read here than that it asks for AttrOP and alignment. */
const plan = { attrop: {}, align: {} } as GenerationPlan

/** How AttrOP and the search for faces ended, as a part tells. */
export const partNotes: FuzzedReader = {
  id: 'part-notes',
  file: 'note.json',
  seeds: async () => [
    Buffer.from(
      JSON.stringify({
        attrop: { met: 3, unmet: 1, notFinite: 0, steps: 40 },
        align: { aligned: 4, drawnAgain: 1, withoutFace: 0 },
      }),
    ),
  ],
  words: ['{"', '[[', '"met":-1', '"steps":1e999', '"__proto__":{}', 'null'],
  async read(path) {
    addNotes(NO_NOTES, readNotes(await readFile(path, 'utf8'), plan, path))
  },
}

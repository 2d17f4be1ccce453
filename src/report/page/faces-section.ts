import type { Picture } from '../../results/schema.js'
import { type Html, html } from '../markup.js'
import type { Merged } from '../merge.js'

/** A picture with its caption. */
export function pictureElement({ type, data, title, caption }: Picture): Html {
  return html`<figure><img src="data:${type};base64,${data}" alt="${title}" loading="lazy"><figcaption>${title}. ${caption}</figcaption></figure>`
}

/** The worst errors as pictures, folded away by test set; undefined where there are none. */
export function facesSection({ evaluations }: Merged): Html | undefined {
  const withFaces = evaluations.filter(({ evaluation }) => (evaluation.faces?.length ?? 0) > 0)
  if (withFaces.length === 0) return undefined
  const sets = [...new Set(withFaces.map(({ evaluation }) => evaluation.testSet))]
  return html`<p class="note">Each pair with its distance, its fold and its number.</p>
${sets.map((id) => {
  const pictures = withFaces
    .filter(({ evaluation }) => evaluation.testSet === id)
    .flatMap(({ evaluation }) => evaluation.faces ?? [])
  return html`<details><summary>${id} (${pictures.length})</summary><div class="figures">${pictures.map(pictureElement)}</div></details>
`
})}`
}

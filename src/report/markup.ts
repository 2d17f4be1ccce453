import { printableJson, printableText } from '../printable.js'

/** HTML that is safe to put into HTML. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

type Value = Html | string | number | readonly Html[]

function toText(value: Value): string {
  if (value instanceof Html) return value.text
  if (typeof value === 'string' || typeof value === 'number') {
    return printableText(String(value)).replace(/[&<>"']/g, (character) => ENTITIES[character])
  }
  return value.map(({ text }) => text).join('')
}

/** A template whose values are escaped unless they are {@link Html} themselves. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((text, string, i) => text + toText(values[i - 1]) + string))
}

/** JSON inside a script element: nothing in it can end the element, or turn what is shown of it. */
export function jsonScript(id: string, value: unknown): Html {
  const shown = (_: string, part: unknown) => (typeof part === 'string' ? printableText(part) : part)
  const json = printableJson(JSON.stringify(value, shown)).replace(/</g, '\\u003c')
  return new Html(`<script type="application/json" id="${id}">${json}</script>`)
}

/** A script element of this program's own code. */
export function script(code: string): Html {
  return new Html(`<script>${code}</script>`)
}

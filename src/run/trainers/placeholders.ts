import { InputError } from '../../errors.js'

export type Values = Readonly<Record<string, string | number>>

const PLACEHOLDER = /\{([a-zA-Z][\w-]*)\}/g

/** What a template names in braces, filled in. @throws InputError at a name that nobody gives a value */
export function filled(template: string, values: Values, where: string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => String(givenTo(name, values, where)))
}

/** The same for a line of a shell: every value is one word, whatever is in it. */
export function filledCommand(template: string, values: Values, where: string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => {
    const value = String(givenTo(name, values, where))
    return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
  })
}

/** In a file of another language braces may mean other things: only names that have a value are filled in. */
export function filledFile(template: string, values: Values): string {
  return template.replace(PLACEHOLDER, (text, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : text,
  )
}

function givenTo(name: string, values: Values, where: string): string | number {
  if (Object.hasOwn(values, name)) return values[name]
  throw new InputError(
    `nothing gives '{${name}}' a value`,
    where,
    `there are ${Object.keys(values).join(', ')}; a spec gives more under 'train.values'`,
  )
}

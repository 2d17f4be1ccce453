/** A flag's number. @throws Error where it is none */
export function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new Error(`--${name} ${text}: write a whole number`)
}

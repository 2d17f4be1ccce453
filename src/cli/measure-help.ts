import type { Family, Measure } from '../measures/measure.js'
import { titledList } from './output.js'

/** What follows the help of a measurement's command: what it gives, and how a spec asks for it. */
export function measureHelp({ id, gives }: Measure): string {
  const list = titledList(gives.map((family) => [nameOf(family), family.means]))
  const given = gives.length === 0 ? '' : `\nIt gives:\n${list}\n`
  return `${given}\nThe same in a spec: the key '${id}' under 'measure:' of a dataset.`
}

const nameOf = ({ family, called }: Family): string => called ?? String(family)

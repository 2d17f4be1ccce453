import type { Results } from '../results/schema.js'
import type { Cell, Side } from './side.js'
import { cellName } from './side.js'

/** Something that is not the same in both runs and that could change a number: said first, and no regression. */
export interface Change {
  readonly what: 'model' | 'test set' | 'protocol' | 'dataset' | 'machine' | 'program'
  /** id of the model, test set or dataset; empty for a machine or program */
  readonly subject: string
  readonly detail: string
}

/** What of the protocol differs, in words; a seed is no part of it. */
export function protocolChange(base: Cell, next: Cell): string | undefined {
  const { seed: _, ...a } = base.evaluation.protocol
  const { seed: __, ...b } = next.evaluation.protocol
  return differingKeys(a, b)
}

/** `flip true -> false, folds 10 -> 5` */
function differingKeys(
  a: Record<string, string | number | boolean>,
  b: Record<string, string | number | boolean>,
): string | undefined {
  const found = Object.keys(a).filter((key) => a[key] !== b[key])
  return found.length === 0 ? undefined : found.map((key) => `${key} ${a[key]} -> ${b[key]}`).join(', ')
}

/** All changes between the sides, in the order in which they are told. */
export function changesBetween(base: Side, next: Side): Change[] {
  const changes: Change[] = []
  const seen = new Set<string>()
  const add = (change: Change): void => {
    const key = `${change.what} ${change.subject} ${change.detail}`
    if (!seen.has(key)) changes.push(change)
    seen.add(key)
  }
  for (const [name, cell] of base.cells) {
    const other = next.cells.get(name)
    if (other === undefined) continue
    if (cell.model && other.model) {
      const { id, sha256: before } = cell.model
      if (before !== other.model.sha256)
        add({
          what: 'model',
          subject: id,
          detail: `${before.slice(0, 12)} -> ${other.model.sha256.slice(0, 12)}`,
        })
      if (JSON.stringify(cell.model.descriptor) !== JSON.stringify(other.model.descriptor))
        add({ what: 'model', subject: id, detail: 'another descriptor' })
    }
    const files = [cell.testSet.fingerprint, other.testSet.fingerprint].map((hash) => hash.slice(0, 12))
    if (files[0] !== files[1]) add({ what: 'test set', subject: cell.testSet.id, detail: files.join(' -> ') })
    const protocol = protocolChange(cell, other)
    if (protocol !== undefined)
      add({ what: 'protocol', subject: cellName(cell.evaluation), detail: protocol })
  }
  for (const [id, { dataset }] of base.datasets) {
    const other = next.datasets.get(id)?.dataset
    if (other !== undefined && other.fingerprint !== dataset.fingerprint)
      add({
        what: 'dataset',
        subject: id,
        detail: `${dataset.fingerprint.slice(0, 12)} -> ${other.fingerprint.slice(0, 12)}`,
      })
  }
  const [before, after] = [base, next].map(({ runs }) => runs)
  changed(before, after, programOf, (detail) => add({ what: 'program', subject: '', detail }))
  changed(before, after, machineOf, (detail) => add({ what: 'machine', subject: '', detail }))
  return changes
}

function changed(
  before: readonly Results[],
  after: readonly Results[],
  describe: (run: Results) => string,
  report: (detail: string) => void,
): void {
  const [a, b] = [before, after].map((runs) => [...new Set(runs.map(describe))].sort().join(' and '))
  if (a !== b) report(`${a} -> ${b}`)
}

function programOf({ provenance: { program, onnxruntime, node } }: Results): string {
  return `${program.name} ${program.version}, onnxruntime ${onnxruntime}, Node ${node.split('.')[0]}`
}

/** What decides how fast a run is. */
export function machineOf({
  provenance: { processor, cores, platform, provider, threads },
}: Results): string {
  return `${processor}, ${cores} cores, ${platform}, ${provider} with ${threads} threads`
}

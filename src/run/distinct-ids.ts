import { resolve, sep } from 'node:path'
import { InputError } from '../errors.js'

/** Something that was named on the command line. */
interface Named {
  readonly name: string
  readonly path: string
}

/** The last parts of a path. */
function tail(path: string, parts: number): string {
  return resolve(path).split(sep).slice(-parts).join('/')
}

/**
 * An id for each thing: its name, or, where several have it, the name with as much of the path's end as tells them
 * apart: `net (a/net.onnx)`, `net (b/net.onnx)`. Independent of the order.
 * @throws InputError where a path is there twice
 */
export function distinctIds(things: readonly Named[]): string[] {
  return things.map(({ name, path }, index) => {
    const others = things.filter((thing, at) => at !== index && thing.name === name)
    if (others.some((thing) => resolve(thing.path) === resolve(path)))
      throw new InputError('the same file is given twice', path, 'name it once')
    if (others.length === 0) return name
    let parts = 1
    while (others.some((thing) => tail(thing.path, parts) === tail(path, parts))) parts++
    return `${name} (${tail(path, parts)})`
  })
}

import type { PickleValue } from '../pickle/values.js'
import type { StoredTensor } from './stored-tensor.js'
import { asTensor, type TorchValue } from './torch-pickle.js'
import { UnreadObject } from './unread-object.js'

const DEEPEST = 64
/** The classes of TorchScript, whose attributes are the tensors and the layers themselves. */
const SCRIPTED = /^__torch__\./

/**
 * The tensors of a network that was saved whole (`torch.save(model)`, or TorchScript), under the names that its
 * `state_dict()` gives them; undefined where an object is no network. Its class is neither looked up nor needed.
 */
export function tensorsOfNetwork(object: UnreadObject): Map<string, StoredTensor> | undefined {
  const tensors = new Map<string, StoredTensor>()
  add(object, '', tensors, new Set(), 0)
  return tensors.size === 0 ? undefined : tensors
}

function add(
  value: PickleValue<object>,
  prefix: string,
  into: Map<string, StoredTensor>,
  above: Set<object>,
  depth: number,
): void {
  if (!(value instanceof UnreadObject) || depth > DEEPEST || above.has(value)) return
  above.add(value)
  const attributes = value.state
  if (!(attributes instanceof Map)) return
  const parts = SCRIPTED.test(value.name)
    ? [attributes]
    : ['_parameters', '_buffers', '_modules'].map((name) => attributes.get(name))
  for (const part of parts) {
    for (const [key, item] of part instanceof Map ? part : []) {
      if (typeof key !== 'string') continue
      const tensor = asTensor(item as TorchValue)
      if (tensor !== undefined) into.set(prefix + key, tensor)
      else add(item as PickleValue<object>, `${prefix}${key}.`, into, above, depth + 1)
    }
  }
}

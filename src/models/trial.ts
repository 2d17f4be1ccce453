import { InputError } from '../errors.js'
import { roleOf } from './roles/list.js'
import type { ModelSession } from './session.js'

/**
 * What a network first gives for made inputs of its role: those of the numbers `from` up to `to`, the same at every call.
 * @throws InputError where it gives no floats
 */
export async function trialOutput(session: ModelSession, from: number, to: number): Promise<Float32Array> {
  const { descriptor, path } = session.model
  const role = roleOf(descriptor)
  const [{ name }] = role.ports(descriptor).outputs
  const { data } = (await session.run(role.trial(descriptor, from, to)))[name]
  if (data instanceof Float32Array) return data
  throw new InputError('the network gives no floats', path, 'check what it was made of')
}

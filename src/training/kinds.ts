import { z } from 'zod'

/** What a spec chooses: a loss, an optimiser, a schedule, an augmentation. */
export interface Kind<Id extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly id: Id
  /** one line for help: what it is and who introduced it */
  readonly title: string
  /** its keys in a spec; where one of several is chosen, `kind` is among them */
  readonly options: Schema
}

type Listed = Kind<string, z.ZodObject>
type OptionsOf<Kinds extends readonly Listed[]> = { readonly [Place in keyof Kinds]: Kinds[Place]['options'] }

/** What a spec may say where one of these is chosen. */
export function schemaOfKinds<const Kinds extends readonly [Listed, ...Listed[]]>(kinds: Kinds) {
  // What `map` gives of a tuple is a tuple.
  const options = kinds.map((kind) => kind.options) as unknown as OptionsOf<Kinds>
  return z.discriminatedUnion('kind', options)
}

/** The one that a spec names. */
export function kindOf<Of extends { readonly id: string }>(
  kinds: readonly Of[],
  spec: { readonly kind: Of['id'] },
): Of {
  const found = kinds.find(({ id }) => id === spec.kind)
  if (found === undefined) throw new Error(`no ${spec.kind} among ${kinds.map(({ id }) => id).join(', ')}`)
  return found
}

type OptionalById<Kinds extends readonly Listed[]> = {
  readonly [Of in Kinds[number] as Of['id']]: z.ZodOptional<Of['options']>
}

/** What a spec may say where several of these are chosen, each by its id. */
export function schemaById<const Kinds extends readonly Listed[]>(kinds: Kinds) {
  const shape = Object.fromEntries(kinds.map(({ id, options }) => [id, options.optional()]))
  return z.strictObject(shape as OptionalById<Kinds>)
}

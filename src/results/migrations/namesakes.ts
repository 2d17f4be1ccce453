interface Identified {
  readonly id: string
}

interface Version2Ids {
  readonly models: readonly (Identified & { readonly sha256: string })[]
  readonly testSets: readonly (Identified & { readonly fingerprint: string })[]
  readonly verification: readonly { readonly model: string; readonly testSet: string }[]
  readonly tables: readonly {
    readonly rows: readonly { readonly name: string; readonly model?: string | undefined }[]
    readonly columns: readonly { readonly id: string; readonly name: string }[]
  }[]
}

/** Ids of things of which several had one: each with the first digits of its hash, and a number where that is not enough. */
function distinctIds(things: readonly Identified[], hashes: readonly string[]): string[] {
  const several = (id: string): boolean => things.filter((thing) => thing.id === id).length > 1
  const named = things.map(({ id }, i) => (several(id) ? `${id} (${hashes[i].slice(0, 8)})` : id))
  return named.map((id, i) => {
    const earlier = named.slice(0, i).filter((other) => other === id).length
    return earlier === 0 ? id : `${id} #${earlier + 1}`
  })
}

/**
 * In version 2, `verify` gave two networks (or test sets) of one name one id. Its results stand in the order of the
 * models, and for each in that of the test sets, so that the i-th one of a name belongs to the i-th combination.
 */
export function tellNamesakesApart<T extends Version2Ids>(results: T): T {
  const models = distinctIds(
    results.models,
    results.models.map(({ sha256 }) => sha256),
  )
  const testSets = distinctIds(
    results.testSets,
    results.testSets.map(({ fingerprint }) => fingerprint),
  )
  const idsOf = (things: readonly Identified[], ids: readonly string[], id: string): string[] =>
    ids.filter((_, i) => things[i].id === id)
  const seen = new Map<string, number>()
  return {
    ...results,
    models: results.models.map((model, i) => ({ ...model, id: models[i] })),
    testSets: results.testSets.map((set, i) => ({ ...set, id: testSets[i] })),
    verification: results.verification.map((entry) => {
      const key = JSON.stringify([entry.model, entry.testSet])
      const at = seen.get(key) ?? 0
      seen.set(key, at + 1)
      const among = idsOf(results.testSets, testSets, entry.testSet)
      const by = idsOf(results.models, models, entry.model)
      return {
        ...entry,
        model: by[Math.floor(at / Math.max(1, among.length))] ?? entry.model,
        testSet: among[at % Math.max(1, among.length)] ?? entry.testSet,
      }
    }),
    tables: results.tables.map((table) => ({
      ...table,
      rows: table.rows.flatMap((row) => {
        const ids = row.model === undefined ? [] : idsOf(results.models, models, row.model)
        return ids.length < 2 ? [row] : ids.map((id) => ({ ...row, name: id, model: id }))
      }),
      columns: table.columns.flatMap((column) => {
        const ids = idsOf(results.testSets, testSets, column.id)
        return ids.length < 2 ? [column] : ids.map((id) => ({ ...column, id, name: id }))
      }),
    })),
  }
}

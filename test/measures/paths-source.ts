import type { Sources } from '../../src/run/sources.js'

/** Datasets by their ids; nothing else. */
export function pathsSource(datasets: Readonly<Record<string, string>>): Sources {
  return {
    model: async () => undefined,
    testSet: async () => undefined,
    dataset: async (id) => (id in datasets ? { path: datasets[id], demo: true } : undefined),
  }
}

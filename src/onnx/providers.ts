/** Where a network can run. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu', 'coreml'] as const
export type Provider = (typeof PROVIDERS)[number]

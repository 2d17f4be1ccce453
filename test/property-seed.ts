import fc from 'fast-check'

/**
 * Property tests draw from one seed, so that the same sources have the same answer wherever they are tested.
 * `PROPERTY_SEED=N npm test` looks elsewhere.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) })

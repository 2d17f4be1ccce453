/** The smallest network there is, y = x for one float32: to see whether a provider can be opened at all. */
export function probeNetwork(): Uint8Array {
  return Buffer.from(
    'CAgSADo7ChAKAXgSAXkiCElkZW50aXR5EgVwcm9iZVoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEBE=',
    'base64',
  )
}

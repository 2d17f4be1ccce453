import { zipSync } from 'fflate'

/** A storage of two floats and a tensor of the given pickled sizes, as torch.save writes them. */
export function torchPickle(tensor: string): Uint8Array {
  return Buffer.from(
    `\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQ${tensor}\x89}tRs.`,
    'latin1',
  )
}
export const archive = (pickle: Uint8Array, storage = new Uint8Array(8), level: 0 | 9 = 0) =>
  zipSync({ 'a/data.pkl': pickle, 'a/data/0': storage }, { level })

/** A pickle (protocol 3) of images and labels, as Python writes one. */
export function encodePairPickle(images: readonly Uint8Array[], same: readonly boolean[]): Buffer {
  const bytes = images.flatMap((image) => {
    const head = Buffer.from([0x42, 0, 0, 0, 0])
    head.writeUInt32LE(image.length, 1)
    return [head, image]
  })
  return Buffer.concat([
    Buffer.from('\x80\x03](', 'latin1'),
    ...bytes,
    Buffer.from('e](', 'latin1'),
    Buffer.from(same.map((label) => (label ? 0x88 : 0x89))),
    Buffer.from('e\x86.', 'latin1'),
  ])
}

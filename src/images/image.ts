/** An image as its file holds it: JPEG, PNG, WebP or another form that the decoder knows. */
export interface EncodedImage {
  readonly kind: 'encoded'
  readonly bytes: Uint8Array
}

/** A decoded image: RGB, `height * width * 3` numbers 0..255, row after row (HWC). */
export interface RawPixels {
  readonly kind: 'pixels'
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

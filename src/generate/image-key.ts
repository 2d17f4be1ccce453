/** Identity and image number of one image. */
export interface ImageKey {
  readonly identity: number
  readonly image: number
}

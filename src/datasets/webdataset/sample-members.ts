import type { PassedOver } from '../../bytes/folder-listing.js'
import { InputError } from '../../errors.js'
import { splitField } from './sample.js'

/** Members of one key that are held before a choice among them is made. */
const MOST_HELD = 4096

/** A member of an archive that counts: an image, or a label (undefined where a .json gives none). */
export type Member =
  | { readonly field: string; readonly kind: 'image'; readonly bytes: Buffer }
  | { readonly field: string; readonly kind: 'cls' | 'json'; readonly label: number | undefined }

/** An image with its label. */
export interface Sample {
  /** the name in the archive without its ending */
  readonly key: string
  readonly image: Buffer
  readonly label: number | undefined
}

type Image = Extract<Member, { kind: 'image' }>

/**
 * The members of an archive that have one key, told apart into samples by what they are:
 * - where every name up to its last dot has one image and a label of its own, they are samples whose names have dots;
 * - else they are one sample, of the image whose field has no second ending, or of the only one.
 * Two images that this doesn't tell apart are refused, unless the field was named.
 */
export class SampleMembers {
  readonly #members: Member[] = []

  constructor(
    readonly key: string,
    private readonly imageField: string | undefined,
    private readonly where: string,
  ) {}

  /** @throws InputError where there are so many that the key can't be one sample's */
  add(member: Member): void {
    this.#members.push(member)
    if (this.#members.length <= MOST_HELD) return
    throw this.#refuse(`more than ${MOST_HELD} members have the key ${this.key}`)
  }

  /** Samples that are whole before the last member, where names have dots; they are taken out. */
  takeWhole(): Sample[] {
    const last = splitField(this.#members.at(-1)?.field ?? '').stem
    const earlier = this.#members.filter(({ field }) => splitField(field).stem !== last)
    if (this.imageField !== undefined || stemsOf(earlier).size < 2) return []
    const samples = this.#dotted(earlier)
    if (samples !== undefined) {
      const rest = this.#members.filter(({ field }) => splitField(field).stem === last)
      this.#members.splice(0, this.#members.length, ...rest)
    }
    return samples ?? []
  }

  /** @throws InputError where there are two images to choose between */
  samples(passOver: (member: PassedOver) => void): Sample[] {
    const images = this.#members.filter((member): member is Image => member.kind === 'image')
    if (images.length === 0) return []
    const dotted = this.imageField === undefined ? this.#dotted(this.#members) : undefined
    if (dotted !== undefined) return dotted
    const chosen = this.#choose(images)
    for (const image of images) {
      if (image !== chosen) passOver({ name: `${this.key}.${image.field}`, reason: 'another image field' })
    }
    return [{ key: this.key, image: chosen.bytes, label: this.#labelOf(splitField(chosen.field).stem) }]
  }

  /** A sample for each stem, where each has one image and a label; undefined where that isn't so. */
  #dotted(members: readonly Member[]): Sample[] | undefined {
    const samples: Sample[] = []
    for (const [stem, own] of stemsOf(members)) {
      const images = own.filter((member): member is Image => member.kind === 'image')
      const label = labelAmong(own)
      if (images.length !== 1 || label === undefined) return undefined
      samples.push({ key: stem === '' ? this.key : `${this.key}.${stem}`, image: images[0].bytes, label })
    }
    return samples
  }

  #choose(images: readonly Image[]): Image {
    const { imageField } = this
    if (imageField !== undefined) {
      const named = images.filter(({ field }) => field === imageField)
      const [only, ...more] =
        named.length > 0 ? named : images.filter(({ field }) => field.endsWith(`.${imageField}`))
      if (only !== undefined && more.length === 0) return only
      throw this.#refuse(`the sample ${this.key} holds ${this.#fields(images)}, not one ${imageField}`)
    }
    if (images.length === 1) return images[0]
    const plain = images.filter(({ field }) => splitField(field).stem === '')
    if (plain.length === 1) return plain[0]
    throw this.#refuse(`the sample ${this.key} holds ${images.length} images: ${this.#fields(images)}`)
  }

  /** The label beside an image: of its own stem, else the only one. */
  #labelOf(stem: string): number | undefined {
    const own = labelAmong(this.#members.filter(({ field }) => splitField(field).stem === stem))
    return own ?? labelAmong(this.#members)
  }

  #fields(images: readonly Image[]): string {
    const named = images.slice(0, 4).map(({ field }) => `${this.key}.${field}`)
    return `${named.join(', ')}${images.length > 4 ? ', ..' : ''}`
  }

  #refuse(what: string): InputError {
    const fields = this.#members.filter(({ kind }) => kind === 'image').map(({ field }) => field)
    const choices = (fields.length > 0 ? fields.sort().slice(0, 4) : ['jpg']).map(
      (field) => `--image-field ${field}`,
    )
    const dots = this.#members.some(({ field }) => field.includes('.'))
    return new InputError(
      dots ? `${what} (names with more than one dot: the key ends at the first)` : what,
      this.where,
      `say which image is meant (${choices.join(' or ')})${dots ? ', or rename the members' : ''}`,
    )
  }
}

function stemsOf(members: readonly Member[]): Map<string, Member[]> {
  const stems = new Map<string, Member[]>()
  for (const member of members) {
    const { stem } = splitField(member.field)
    const own = stems.get(stem)
    if (own === undefined) stems.set(stem, [member])
    else own.push(member)
  }
  return stems
}

/** A .json may hold anything; where a .cls stands beside it, that is the label. */
function labelAmong(members: readonly Member[]): number | undefined {
  const labels = members.filter((member) => member.kind !== 'image')
  return (labels.find(({ kind }) => kind === 'cls') ?? labels.find(({ label }) => label !== undefined))?.label
}

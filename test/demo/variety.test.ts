import { expect, it } from 'vitest'
import { NEUTRAL_ATTRIBUTES } from '../../src/demo/attributes.js'
import { sampleIdentity, traitsOf } from '../../src/demo/identity.js'
import { sampleAttributes } from '../../src/demo/sampling.js'
import { trainingImages } from '../../src/demo/training-images.js'
import { lessVaried } from '../../src/demo/variety.js'

const traits = traitsOf(sampleIdentity(1, 'train', 0))
const draw = (image: number) => sampleAttributes(1, 'train', 0, image, 'train', traits)
const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

it('none is a neutral picture, all of an image or of a person is theirs; glasses and grain stay whole', () => {
  const [person, image] = [draw(0), draw(1)]
  const { glasses } = person
  const { grain } = image
  expect(lessVaried(person, image, { within: 0, between: 0 })).toEqual({
    ...NEUTRAL_ATTRIBUTES,
    glasses,
    grain,
  })
  expect(lessVaried(person, image, { within: 1, between: 0 })).toEqual({ ...image, glasses })
  expect(lessVaried(person, image, { within: 0, between: 1 })).toEqual({ ...person, grain })
})

it('images of a person deviate by the share within, people by the share between', () => {
  const variety = { within: 0.18, between: 0.23 }
  const yaw = Array.from({ length: 4000 }, (_, i) => draw(i).yaw)
  const images = yaw.map((_, i) => lessVaried(draw(0), draw(i + 1), variety).yaw)
  expect(deviation(images) / deviation(yaw)).toBeCloseTo(0.18, 3)
  const people = yaw.map((_, i) => lessVaried(draw(i), draw(0), variety).yaw)
  expect(deviation(people) / deviation(yaw)).toBeCloseTo(0.23, 3)
})

it('training images show what was drawn', async () => {
  const shown: number[] = []
  const asked = { identities: 2, imagesEach: 2, threads: 1, variety: { within: 0.18, between: 0 } }
  for await (const { attributes } of trainingImages(asked)) shown.push(attributes.yaw)
  expect(shown.slice(0, 2)).toEqual([1, 2].map((image) => 0.18 * draw(image).yaw))
})

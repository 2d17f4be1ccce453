/**
 * What varies between the images of one person. Angles are in degrees: positive yaw turns the nose to the
 * right of the image, positive pitch lifts it, positive roll turns the head clockwise in the image.
 */
export const ATTRIBUTES = [
  'yaw',
  'pitch',
  'roll',
  /** 0 neutral, 1 broad smile, -0.6 corners drawn down */
  'smile',
  /** 0 closed, 1 wide open */
  'mouthOpen',
  /** -1 frown .. 1 raised */
  'browRaise',
  /** 0 open, 1 closed */
  'eyesClosed',
  /** -1 .. 1, to the right of the image */
  'gazeX',
  /** -1 .. 1, up */
  'gazeY',
  /** years */
  'age',
  /** 0 shaven, 0.3 stubble, 1 full */
  'beard',
  /** 0 shaven, 1 full */
  'moustache',
  /** 0 none, 1 spectacles, 2 sunglasses */
  'glasses',
  /** volume of the hair today: -1 .. 1 */
  'hairState',
  /** direction the light comes from, degrees: 0 the camera, positive from the right of the image */
  'lightAzimuth',
  /** degrees above the camera */
  'lightElevation',
  /** share of directed light, 0 flat .. 1 hard */
  'lightContrast',
  /** -1 cool .. 1 warm */
  'lightWarmth',
  /** stops: 0 normal */
  'exposure',
  /** camera distance in metres: near is wide-angle */
  'distance',
  /** standard deviation of the Gaussian blur, pixels */
  'blur',
  /** standard deviation of the sensor noise, grey levels of 255 */
  'noise',
  /** misalignment of the crop: pixels, pixels, ratio */
  'shiftX',
  'shiftY',
  'zoom',
  /** share of the image's side that an occluder covers, 0 none */
  'occlusion',
  'occlusionX',
  'occlusionY',
  /** colours of what is around the face, each 0 .. 1 */
  'occluderHue',
  'backgroundHue',
  'backgroundLightness',
  'clothesHue',
  'clothesLightness',
  /** seed of the pixel noise and of the background's pattern: an integer below 2^24 */
  'grain',
] as const

export type AttributeName = (typeof ATTRIBUTES)[number]

/** One image's attributes. */
export type Attributes = Readonly<Record<AttributeName, number>>

/** A frontal, neutral, evenly lit, sharp picture of somebody aged 35. */
export const NEUTRAL_ATTRIBUTES: Attributes = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  smile: 0,
  mouthOpen: 0,
  browRaise: 0,
  eyesClosed: 0,
  gazeX: 0,
  gazeY: 0,
  age: 35,
  beard: 0,
  moustache: 0,
  glasses: 0,
  hairState: 0,
  lightAzimuth: 20,
  lightElevation: 30,
  lightContrast: 0.5,
  lightWarmth: 0,
  exposure: 0,
  distance: 1.5,
  blur: 0,
  noise: 0,
  shiftX: 0,
  shiftY: 0,
  zoom: 1,
  occlusion: 0,
  occlusionX: 0.5,
  occlusionY: 0.5,
  occluderHue: 0.5,
  backgroundHue: 0.6,
  backgroundLightness: 0.5,
  clothesHue: 0.6,
  clothesLightness: 0.4,
  grain: 0,
}

const bump = (value: number, width: number): number => Math.exp(-((value / width) ** 2))

/**
 * How useful an image is for recognition, 0 .. 1: the product of one factor each for blur, noise, exposure,
 * occlusion and yaw; 1 for a sharp, clean, frontal, unhidden face.
 */
export function qualityOf(attributes: Attributes): number {
  return (
    bump(attributes.blur, 2.2) *
    bump(attributes.noise, 40) *
    bump(attributes.exposure, 2.6) *
    bump(attributes.occlusion, 0.7) *
    bump(attributes.yaw, 85)
  )
}

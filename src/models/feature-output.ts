import { InputError } from '../errors.js'
import { type Port, showPort } from '../onnx/port.js'

/** The output of an image model that is taken for the feature, and why. */
export interface FeatureOutput {
  readonly output: Port
  /** as a clause, with what the other outputs are; undefined where there is no other */
  readonly why: string | undefined
}

const FLOATS = ['float32', 'float16', 'float64']
const FEATURE_NAME = /(^|[^a-z])(feat(ure)?s?|emb(ed(ding)?)?s?|fc1|descriptor)([^a-z]|$)/i
const CLASSES_NAME = /(logit|class|score|prob|softmax|pred)/i
/** What recognisers' features are wide; classes are thousands, attributes a few. */
const FEATURE_WIDTHS = [64, 128, 256, 512, 1024, 2048]

/** Each tells a feature from what else a network gives; the first that leaves one output decides. */
const EVIDENCE: readonly (readonly [why: string, isFeature: (port: Port) => boolean])[] = [
  ['the only one of floats [batch, numbers]', () => true],
  ['the only one of more than one number an image', ({ shape }) => shape[1] !== 1],
  ['its name says so', ({ name, shape }) => shape[1] !== 1 && FEATURE_NAME.test(name)],
  ['the others are named as classes', ({ name, shape }) => shape[1] !== 1 && !CLASSES_NAME.test(name)],
  ["the only one of a feature's width", ({ shape }) => FEATURE_WIDTHS.includes(Number(shape[1]))],
]

/**
 * Tells which output of an image model is the feature.
 * @param named the output that the user named
 * @returns undefined where no output is a vector an image
 * @throws InputError where nothing tells several apart, or the named one isn't there
 */
export function featureOutput(
  outputs: readonly Port[],
  where: string,
  named?: string,
): FeatureOutput | undefined {
  const vectors = outputs.filter(({ type, shape }) => shape.length === 2 && FLOATS.includes(type))
  const list = outputs.map((port) => `'${port.name}' ${showPort(port)}`).join(', ')
  if (named !== undefined) {
    const output = vectors.find(({ name }) => name === named)
    if (output !== undefined) return { output, why: `'${named}' was asked for; the outputs are ${list}` }
    throw new InputError(`no output '${named}' of floats [batch, numbers]`, where, `the outputs are ${list}`)
  }
  if (vectors.length === 0) return undefined
  for (const [why, isFeature] of EVIDENCE) {
    const [output, ...others] = vectors.filter(isFeature)
    if (output === undefined || others.length > 0) continue
    return {
      output,
      why:
        outputs.length === 1 ? undefined : `'${output.name}' is the feature: ${why}; the outputs are ${list}`,
    }
  }
  throw new InputError(
    `${vectors.length} outputs could be the feature: ${list}`,
    where,
    `name one: 'vec2face-bench models inspect ${where} --output NAME --out FILE.yaml' drafts the descriptor`,
  )
}

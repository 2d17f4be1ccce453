import { z } from 'zod'
import { type AnyDescriptor, ROLES, type RoleName } from './roles/list.js'

export { type ImageInput, imageInputSchema } from './image-input.js'
export type { DetectorDescriptor } from './roles/detector.js'
export type { GeneratorDescriptor } from './roles/generator.js'

export type Descriptor = AnyDescriptor
export type Role = RoleName
/** The descriptor of a role. */
export type DescriptorOf<R extends Role> = Extract<Descriptor, { role: R }>
export type RecogniserDescriptor = DescriptorOf<'recogniser'>
/** A model that takes an image and gives a row of numbers: every role but the generator and the detector. */
export type ImageModelDescriptor = DescriptorOf<'recogniser' | 'quality' | 'pose' | 'features'>

type Schemas = typeof ROLES
/** One of the roles' schemas, at least. */
type SchemaList = [Schemas['recogniser']['schema'], ...Schemas[Role]['schema'][]]

/**
 * What a model is: the YAML beside its ONNX file (`lfw-r50.onnx`, `lfw-r50.yaml`). Everything that could change
 * a number is said here, so that the same file gives the same features everywhere.
 */
export const descriptorSchema = z.discriminatedUnion(
  'role',
  Object.values(ROLES).map(({ schema }) => schema) as SchemaList,
)

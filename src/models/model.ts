import { readdir, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { exists } from '../bytes/files.js'
import { sha256OfFile } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { readYaml } from '../yaml-file.js'
import { type Descriptor, type DescriptorOf, descriptorSchema, type Role } from './descriptor.js'

/** An ONNX file together with its descriptor. `sha256` is of the ONNX file (and its external data is named in it). */
export interface Model<D extends Descriptor = Descriptor> {
  readonly path: string
  readonly sha256: string
  readonly descriptor: D
}

/** Where the descriptor of an ONNX file lies: beside it, with the extension `.yaml`. */
export function descriptorPath(onnxPath: string): string {
  return onnxPath.slice(0, onnxPath.length - extname(onnxPath).length).concat('.yaml')
}

/**
 * Loads a model by its ONNX file or by its descriptor.
 * @param fallback the descriptor to use where none lies beside the file
 * @throws InputError where a file is missing, or the hash is not the descriptor's
 */
export async function loadModel(path: string, fallback?: Descriptor): Promise<Model> {
  const isDescriptor = /\.ya?ml$/.test(path)
  const yaml = isDescriptor ? path : descriptorPath(path)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new InputError('no such model', path, 'check the path')
  if (found.isDirectory()) throw await notAFolder(path)
  if (fallback === undefined && !(await exists(yaml))) {
    throw new InputError('the model has no descriptor', path, [
      `write ${yaml} ('vec2face-bench models inspect ${path}' drafts it)`,
      { flag: '--mean', text: 'give --mean and --std' },
    ])
  }
  const descriptor = fallback ?? (await readYaml(yaml, descriptorSchema))
  const onnx = isDescriptor
    ? resolve(dirname(path), descriptor.file ?? yaml.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '.onnx'))
    : path
  const sha256 = await hashAsDescribed(onnx, descriptor.provenance.sha256, {
    missing: 'the ONNX file of this descriptor is missing',
    remedy: `named by ${yaml}: get the file again`,
    key: 'provenance.sha256',
  })
  return { path: onnx, sha256, descriptor }
}

/**
 * The SHA-256 of a file that a descriptor names.
 * @param expected as the descriptor says it
 * @param said what is said where the file is missing, and the key that holds the hash
 * @throws InputError where it is missing or altered
 */
export async function hashAsDescribed(
  path: string,
  expected: string | undefined,
  said: { readonly missing: string; readonly remedy: string; readonly key: string },
): Promise<string> {
  if (!(await exists(path))) {
    const hash = expected === undefined ? '' : `; its SHA-256 is ${expected}`
    throw new InputError(said.missing, join(path), `${said.remedy}${hash}`)
  }
  const found = await sha256OfFile(path)
  if (expected === undefined || found === expected) return found
  throw new InputError(
    `the file was altered: its SHA-256 is ${found}, the descriptor expects ${expected}`,
    path,
    `get the file again, or correct ${said.key} in the descriptor`,
  )
}

/** What a model is, and which of them the folder holds. */
async function notAFolder(folder: string): Promise<InputError> {
  const names = await readdir(folder).catch(() => [])
  const models = names.filter((name) => name.endsWith('.onnx')).sort()
  const some = models.slice(0, 5).join(', ')
  return new InputError(
    'is a folder; a model is an ONNX file with a descriptor (YAML) beside it',
    folder,
    models.length === 0
      ? "there is no ONNX file in it: 'vec2face-bench models import' makes one of a checkpoint"
      : `name the file: there ${models.length === 1 ? 'is' : 'are'} ${some}${models.length > 5 ? ' ..' : ''}`,
  )
}

/** Narrows a model to a role. @throws InputError where it has another */
export function requireRole<R extends Role>(model: Model, ...roles: R[]): Model<DescriptorOf<R>> {
  if (!(roles as Role[]).includes(model.descriptor.role)) {
    throw new InputError(
      `this model's role is '${model.descriptor.role}', a ${roles.join(' or ')} is needed here`,
      model.path,
      'name another model',
    )
  }
  return model as Model<DescriptorOf<R>>
}

import { execFile } from 'node:child_process'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { promisify } from 'node:util'
import { syncFolder } from '../bytes/files.js'
import { sha256OfFile } from '../bytes/hashing.js'
import { DatasetDigest } from '../datasets/dataset-fingerprint.js'
import { DATASET_FORMAT_LIST, type DatasetFormat, datasetFormat } from '../datasets/formats.js'
import { asInputError, InputError } from '../errors.js'
import { runtimeVersion } from '../onnx/runtime.js'
import { PROGRAM } from '../program.js'
import type { Progress } from '../progress.js'
import { isDemo } from './attrop/attrop-plan.js'
import { meanSteps } from './attrop/outcome-counts.js'
import { type GenerationPlan, imageCount, planId } from './generation-plan.js'
import { type Manifest, type ManifestOutput, readManifest, writeManifest } from './manifest.js'
import { readPart } from './part-file.js'
import { addNotes, NO_NOTES, readNotes } from './part-notes.js'

export interface AssemblyOptions {
  readonly formats: readonly DatasetFormat[]
  readonly progress: Progress
}

/**
 * Puts the parts of a run together: one pass over their images writes all forms at once, each under a temporary
 * name until it is whole. Killed at any moment it can be called again and begins with the forms not yet there.
 * @param parts path of part 0, 1, .., which may still be in the making
 * @param folder where the forms and the manifest go
 * @throws InputError where a part is damaged, or the disk is full
 */
export async function assemble(
  plan: GenerationPlan,
  parts: AsyncIterable<string> | Iterable<string>,
  folder: string,
  { formats, progress }: AssemblyOptions,
): Promise<Manifest> {
  const present = new Set(await readdir(folder))
  for (const { outputName } of DATASET_FORMAT_LIST) await remove(join(folder, temporaryName(outputName)))
  const wanted = formats.filter((format) => !present.has(datasetFormat(format).outputName))
  const writers = await Promise.all(
    wanted.map((id) => {
      const format = datasetFormat(id)
      return format.create(join(folder, temporaryName(format.outputName)))
    }),
  )
  const content = new DatasetDigest()
  const summaries: Manifest['parts'] = []
  let counts = NO_NOTES
  progress.start('writing', imageCount(plan), 'images')
  try {
    for await (const path of parts) {
      const records = readPart(path)
      let next = await records.next()
      for (; !next.done; next = await records.next()) {
        const record = next.value
        content.add(record)
        for (const writer of writers) await writer.write(record)
        if (content.images % 512 === 0) progress.update(content.images)
      }
      const { note, ...summary } = next.value
      counts = addNotes(counts, readNotes(note, plan, path))
      summaries.push({ part: summaries.length, ...summary })
    }
  } catch (error) {
    // Their files are of no use, and would stay open until they are collected.
    await Promise.allSettled(writers.map((writer) => writer.close()))
    throw error
  }
  for (const writer of writers) await writer.close()
  progress.stop()
  if (content.images !== imageCount(plan)) {
    throw new InputError(
      `the parts hold ${content.images} images, ${imageCount(plan)} were planned`,
      folder,
      'delete the parts and run the same command again',
    )
  }
  for (const format of wanted) await finish(folder, format)
  const outputs: ManifestOutput[] = []
  for (const format of formats) outputs.push(await describeOutput(folder, format))
  const manifest: Manifest = {
    version: 1,
    program: PROGRAM,
    libraries: { onnxruntime: runtimeVersion() },
    demo:
      plan.generator.demo ||
      plan.align?.detector.demo === true ||
      (plan.attrop !== undefined && isDemo(plan.attrop)),
    plan,
    planId: planId(plan),
    identities: plan.identities.count,
    images: content.images,
    content: { sha256: content.finish(), bytes: content.bytes },
    parts: summaries,
    ...(plan.attrop && { attrop: { ...counts.attrop, meanSteps: meanSteps(counts.attrop) } }),
    ...(plan.align && { align: counts.align }),
    outputs,
  }
  await writeManifest(folder, manifest)
  return manifest
}

/**
 * The manifest of a dataset that is finished in these forms; undefined where there is work left.
 * @throws InputError where it is finished in other forms and its parts are gone
 */
export async function finishedManifest(
  plan: GenerationPlan,
  folder: string,
  formats: readonly DatasetFormat[],
): Promise<Manifest | undefined> {
  const manifest = await readManifest(folder)
  if (manifest === undefined || manifest.planId !== planId(plan)) return undefined
  const there = manifest.outputs.map(({ format }) => format)
  const lacking = formats.filter((format) => !there.includes(format))
  if (lacking.length === 0) return manifest
  throw new InputError(
    `the dataset is finished as ${there.join(', ')}, not as ${lacking.join(', ')}`,
    folder,
    'generate it again into another folder, with every form you need',
  )
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** What a form is called while it is being written. */
function temporaryName(name: string): string {
  return `${parse(name).name}.tmp`
}

/** Gives a form its name once all of it is on the disk. */
async function finish(folder: string, format: DatasetFormat): Promise<void> {
  const { outputName } = datasetFormat(format)
  const path = join(folder, temporaryName(outputName))
  try {
    // Hundreds of thousands of small files are not synchronised one by one: the file system does it at once.
    if (format === 'folder' && process.platform === 'linux')
      await promisify(execFile)('sync', ['-f', path]).catch(() => {})
    await rename(path, join(folder, outputName))
    await syncFolder(folder)
  } catch (error) {
    throw asInputError(error, path)
  }
}

async function describeOutput(folder: string, format: DatasetFormat): Promise<ManifestOutput> {
  const name = datasetFormat(format).outputName
  if (format === 'folder') return { format, path: name }
  const path = join(folder, name)
  const isFolder = (await stat(path)).isDirectory()
  const names = isFolder ? (await readdir(path)).sort().map((file) => `${name}/${file}`) : [name]
  const files = []
  for (const file of names) {
    const { size } = await stat(join(folder, file))
    files.push({ path: file, bytes: size, sha256: await sha256OfFile(join(folder, file)) })
  }
  return { format, path: name, files }
}

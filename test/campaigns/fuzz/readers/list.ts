import type { FuzzedReader } from '../reader.js'
import { alignmentJournal, alignmentRecord, landmarks } from './alignment.js'
import { cacheMeta, cacheNumbers, featureCheckpoint } from './caches.js'
import { safetensorsFile, torchArchive, torchLegacy } from './checkpoints.js'
import { lmdb, recordio, recordioAlone, recordioIndex, webdataset } from './datasets.js'
import { featureStatistics, features } from './features.js'
import { manifestFile, partFile, runRecord } from './generation.js'
import { identityVectors } from './identity-vectors.js'
import { images } from './images.js'
import { insightfaceBin } from './insightface-bin.js'
import { insightfaceXz } from './insightface-xz.js'
import { momentsCheckpoint } from './moments-checkpoint.js'
import { npyPairs, pairLabels } from './npy-pairs.js'
import { onnx } from './onnx.js'
import { pairLists } from './pair-lists.js'
import { partNotes } from './part-notes.js'
import { pickle } from './pickle.js'
import { queueJob } from './queue-job.js'
import { results } from './results.js'
import { stageRecord } from './stage-record.js'
import { trainingCheckpoint } from './training-checkpoint.js'
import { yamlFiles } from './yaml-files.js'

/** Everything that reads files of strangers. A new reader is a file beside this one, and a line here. */
export const FUZZED_READERS: readonly FuzzedReader[] = [
  insightfaceBin,
  insightfaceXz,
  npyPairs,
  pairLabels,
  pairLists,
  features,
  featureStatistics,
  momentsCheckpoint,
  identityVectors,
  pickle,
  torchArchive,
  torchLegacy,
  safetensorsFile,
  onnx,
  images,
  webdataset,
  lmdb,
  recordio,
  recordioIndex,
  recordioAlone,
  partFile,
  runRecord,
  manifestFile,
  cacheNumbers,
  cacheMeta,
  featureCheckpoint,
  trainingCheckpoint,
  landmarks,
  alignmentRecord,
  alignmentJournal,
  partNotes,
  stageRecord,
  queueJob,
  results,
  ...yamlFiles,
]

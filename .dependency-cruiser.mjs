// Which room of src may import which (docs/design.md says why). A room that is not here is refused, and so is a circle.
// `npx depcruise src` shows what breaks; test/architecture.test.ts holds it.

/**
 * Each room with those that it may know, all of them further up in this table. The files beside the rooms (errors, json
 * ..) are everybody's.
 */
const ROOMS = {
  bytes: [],
  threads: [],
  random: [],
  arrays: ['bytes'],
  images: ['bytes', 'threads'],
  onnx: ['arrays', 'bytes'],
  pickle: ['arrays', 'bytes'],
  'linear-algebra': ['arrays', 'onnx', 'random'],
  products: ['arrays', 'onnx', 'random', 'threads'],
  checkpoint: ['arrays', 'bytes', 'pickle'],
  networks: ['arrays', 'checkpoint', 'onnx', 'random'],
  gradient: ['arrays', 'onnx'],
  diffusion: [],
  models: [
    'arrays',
    'bytes',
    'checkpoint',
    'diffusion',
    'gradient',
    'images',
    'networks',
    'onnx',
    'random',
    'threads',
  ],
  datasets: ['arrays', 'bytes', 'images', 'pickle'],
  'test-sets': ['arrays', 'bytes', 'images', 'pickle', 'threads'],
  faces: ['arrays', 'images', 'linear-algebra', 'models', 'threads'],
  features: [
    'arrays',
    'bytes',
    'datasets',
    'faces',
    'images',
    'linear-algebra',
    'models',
    'onnx',
    'test-sets',
    'threads',
  ],
  align: ['bytes', 'datasets', 'faces', 'images', 'models', 'test-sets', 'threads'],
  doubts: ['faces', 'images', 'models', 'test-sets'],
  jobs: [],
  generate: [
    'arrays',
    'bytes',
    'datasets',
    'diffusion',
    'faces',
    'features',
    'gradient',
    'images',
    'jobs',
    'linear-algebra',
    'models',
    'onnx',
    'products',
    'random',
    'threads',
  ],
  metrics: ['arrays', 'linear-algebra', 'products', 'random'],
  evaluate: ['arrays', 'random', 'test-sets'],
  training: [
    'arrays',
    'bytes',
    'datasets',
    'evaluate',
    'features',
    'generate',
    'gradient',
    'images',
    'models',
    'networks',
    'onnx',
    'random',
    'test-sets',
    'threads',
  ],
  results: ['bytes'],
  measures: [
    'arrays',
    'bytes',
    'datasets',
    'doubts',
    'evaluate',
    'faces',
    'features',
    'generate',
    'images',
    'linear-algebra',
    'metrics',
    'models',
    'products',
    'random',
    'results',
    'test-sets',
    'threads',
  ],
  // What a comparison tolerates and a report says of a metric, its measurement declares.
  compare: ['evaluate', 'measures', 'results'],
  demo: ['bytes', 'faces', 'images', 'random', 'test-sets', 'threads'],
  run: [
    'arrays',
    'bytes',
    'datasets',
    'demo',
    'doubts',
    'evaluate',
    'faces',
    'features',
    'generate',
    'images',
    'jobs',
    'linear-algebra',
    'measures',
    'models',
    'onnx',
    'products',
    'results',
    'test-sets',
    'training',
  ],
  report: ['bytes', 'compare', 'evaluate', 'measures', 'results'],
  bench: [
    'arrays',
    'datasets',
    'demo',
    'features',
    'generate',
    'images',
    'metrics',
    'models',
    'products',
    'random',
    'threads',
  ],
}

/**
 * Rooms of which a room knows types alone: nothing of them runs below it. A network describes what it builds in the words
 * of a model's descriptor.
 */
const TYPES = { networks: ['models'] }

/** `cli` runs everything and is known by nobody. */
const TOP = 'cli'

const inRooms = (rooms) => `^src/(${rooms.join('|')})/`

function rulesOf([room, below], row, rooms) {
  const higher = below.filter((name) => !rooms.slice(0, row).some(([known]) => known === name))
  if (higher.length > 0)
    throw new Error(`${room} may only know rooms above it in the table, not ${higher.join(', ')}`)
  const types = TYPES[room] ?? []
  return [
    {
      name: `${room}-knows-what-is-below`,
      severity: 'error',
      from: { path: inRooms([room]) },
      to: { path: '^src/[^/]+/', pathNot: inRooms([room, ...below, ...types]) },
    },
    ...types.map((known) => ({
      name: `${room}-knows-types-of-${known}`,
      severity: 'error',
      from: { path: inRooms([room]) },
      to: { path: inRooms([known]), dependencyTypesNot: ['type-only'] },
    })),
  ]
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(ROOMS).flatMap(rulesOf),
    {
      name: 'every-room-is-named',
      comment: 'A new room says in ROOMS what it may know.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${[...Object.keys(ROOMS), TOP].join('|')})/` },
      to: {},
    },
    {
      name: 'the-ground-knows-no-room',
      comment: 'errors, json, program .. are imported by all rooms. index.ts is the door.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/bytes/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-onnx-runs-networks',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/onnx/' },
      to: { path: 'onnxruntime-(node|common)' },
    },
    {
      name: 'libraries-are-loaded-on-demand',
      comment: 'src/on-demand.ts: a command pays for what it uses. All commands need commander and zod.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(commander|zod)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-product-needs-no-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|benchmarks|training)/' },
    },
    {
      name: 'what-users-install-is-a-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}

/** The architectures, by the names that `--as` takes: one line each. */
export { demonet } from './demonet.js'
export { inception } from './inception.js'
export { iresnet } from './iresnet.js'
export { sixdrepnet } from './sixdrepnet.js'
export { vec2face } from './vec2face.js'

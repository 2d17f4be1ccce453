// Loaded into every thread of the program (--import): the clock jumps by up to ten days to either side, ten times a second.
// Only Date does; the time since the process began goes on, as on a machine whose clock is set.

const RealDate = Date
const DAYS = 20
const seed = process.pid

/** Milliseconds that the clock is off by now: another number every tenth of a second. */
function off() {
  const moment = Math.floor(performance.now() / 100)
  const mixed = Math.imul(moment + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b)
  const share = ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  return Math.round((share - 0.5) * DAYS * 24 * 3_600_000)
}

globalThis.Date = class JumpingDate extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + off())
    else super(...values)
  }

  static now() {
    return RealDate.now() + off()
  }
}

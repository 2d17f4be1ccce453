import { z } from 'zod'
import { declareSchedule } from './schedule.js'

/** Loshchilov and Hutter, arXiv 1608.03983, without restarts. */
export const cosine = declareSchedule({
  id: 'cosine',
  title: 'the rate falls along half a cosine',
  options: z.strictObject({
    kind: z.literal('cosine'),
    /** what is left of the rate at the end */
    last: z.number().min(0).lt(1).default(0),
  }),
  factor: (now, end, { last }) => last + ((1 - last) * (1 + Math.cos((Math.PI * now) / end))) / 2,
})

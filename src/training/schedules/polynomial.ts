import { z } from 'zod'
import { declareSchedule } from './schedule.js'

/** insightface's PolyScheduler. */
export const polynomial = declareSchedule({
  id: 'polynomial',
  title: 'the rate falls as a power of what is left of the run',
  options: z.strictObject({
    kind: z.literal('polynomial'),
    power: z.number().positive().default(2),
  }),
  factor: (now, end, { power }) => (1 - now / end) ** power,
})

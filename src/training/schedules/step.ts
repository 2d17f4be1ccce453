import { z } from 'zod'
import { declareSchedule } from './schedule.js'

/** As `torch.optim.lr_scheduler.MultiStepLR`. */
export const step = declareSchedule({
  id: 'step',
  title: 'the rate falls at given moments',
  options: z.strictObject({
    kind: z.literal('step'),
    /** when, in epochs or steps as the run's length */
    at: z.array(z.number().positive()).min(1),
    factor: z.number().gt(0).lt(1).default(0.1),
  }),
  factor: (now, _end, { at, factor }) => factor ** at.filter((moment) => now >= moment).length,
})

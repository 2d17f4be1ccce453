import { z } from 'zod'
import { declareSchedule } from './schedule.js'

export const constant = declareSchedule({
  id: 'constant',
  title: 'the rate stays as it is',
  options: z.strictObject({ kind: z.literal('constant') }),
  factor: () => 1,
})

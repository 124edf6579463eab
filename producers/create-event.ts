import { produce } from '../infra/runtime/produce.ts'
import { createEvent } from '../schemas/old-names.ts'
import { publish } from './meetups/publish.ts'

export const handler = produce(createEvent, publish)

import { produce } from '../infra/runtime/produce.ts'
import { publishMeetup } from '../schemas/meetups.ts'
import { publish } from './meetups/publish.ts'

export const handler = produce(publishMeetup, publish)

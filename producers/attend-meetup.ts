import { meetupIdIn } from '../infra/runtime/meetups.ts'
import { produce } from '../infra/runtime/produce.ts'
import { attendMeetup } from '../schemas/attendances.ts'
import { attend } from './meetups/attend.ts'

export const handler = produce(attendMeetup, (input, emit) => attend(meetupIdIn(input.path.id), input, emit))

import { HttpError } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { notFound } from '../schemas/service.ts'

export const handler = route(notFound, async () => {
  throw new HttpError(404, 'There is no such route')
})

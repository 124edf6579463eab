import { json } from '../infra/runtime/answers.ts'
import { route } from '../infra/runtime/route.ts'
import { health } from '../schemas/service.ts'

export const handler = route(health, async () => json(200, { ok: true, service: 'ensemble' }))

import type * as z from 'zod'
import { getRegistration, RegistrationView } from '../../../schemas/registrations.ts'
import { call } from '../api/call.ts'
import { pause } from '../api/pause.ts'

/** `gone`: it was there and expired. `unknown`: this page stopped asking. */
export type End = 'confirmed' | 'gone' | 'unknown'

type Status = z.infer<typeof RegistrationView>['status']

const EVERY_MS = 3_000
const FOR_MS = 10 * 60_000
// Registering is answered before the record is written, so the first answers may be 404.
const UNSEEN_FOR_MS = 30_000

/** Asks every few seconds, while the page is visible, how far a registration is, until that is settled or 10 minutes are over. */
export async function follow(
  registrationId: string,
  signal: AbortSignal,
  isVisible = () => document.visibilityState === 'visible',
): Promise<End> {
  const start = Date.now()
  let seen = false
  while (await pause(EVERY_MS, signal)) {
    const elapsed = Date.now() - start
    if (elapsed > FOR_MS) return 'unknown'
    if (!isVisible()) continue
    const status = await look(registrationId, signal)
    if (status === 'CONFIRMED') return 'confirmed'
    if (status === 'MISSING' && seen) return 'gone'
    if (status === 'MISSING' && elapsed > UNSEEN_FOR_MS) return 'unknown'
    seen ||= status === 'PENDING'
  }
  return 'unknown'
}

/** One look; undefined if it failed in a way that may pass. */
async function look(id: string, signal: AbortSignal): Promise<Status | 'MISSING' | undefined> {
  const { status, body } = await call(getRegistration, { params: { id }, signal })
  return status === 404 ? 'MISSING' : RegistrationView.safeParse(body).data?.status
}

import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Email, RunningCloud } from './cloud.ts'
import { until } from './until.ts'

const Accepted = z.object({ registrationId: z.uuid(), message: z.string() })

/** An address that nobody else uses. */
export const newEmail = (): string => `ada.${randomUUID()}@example.com`

export const post = (cloud: RunningCloud, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${cloud.siteUrl}/api/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** Registers and answers the id. */
export async function register(
  cloud: RunningCloud,
  email: string,
  name = 'Ada Lovelace',
  headers = {},
): Promise<string> {
  const response = await post(cloud, { name, email }, headers)
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`)
  return Accepted.parse(await response.json()).registrationId
}

/** On a busy machine a mail may be sent at the second attempt only, which follows the first after 36 seconds. */
const MAILED_MS = 60_000

/** The verification mail to this address, once it is there. */
export const verificationMail = (cloud: RunningCloud, to: string): Promise<Email> =>
  until(async () => {
    const mail = (await cloud.emails(to)).find(({ subject }) => subject === 'Please verify your email address')
    if (!mail) throw new Error(`No verification mail to ${to}`)
    return mail
  }, MAILED_MS)

/** The link that a mail's text holds. */
export const linkIn = ({ text }: Email): string => /https?:\S+\/api\/confirm\?token=\S+/.exec(text)?.[0] ?? ''

/** Opens a link as a mail client does; answers where it leads, as path and message. */
export async function open(link: string): Promise<{ status: number; path: string; message: string | null }> {
  const response = await fetch(link, { redirect: 'manual' })
  const to = new URL(response.headers.get('location') ?? '', link)
  return { status: response.status, path: to.pathname, message: to.searchParams.get('msg') }
}

export async function registrationStatus(cloud: RunningCloud, id: string): Promise<unknown> {
  const response = await fetch(`${cloud.siteUrl}/api/registrations/${id}`)
  return response.status === 200 ? response.json() : response.status
}

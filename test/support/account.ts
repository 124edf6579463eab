import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { RunningCloud } from './cloud.ts'
import { until } from './until.ts'

export const PASSWORD = 'Correct1horse'

/** Somebody who has an account and is logged in. */
export interface Account {
  readonly userId: string
  readonly email: string
  readonly idToken: string
  readonly accessToken: string
  readonly refreshToken: string
}

const SignedUp = z.object({ userId: z.uuid(), confirmed: z.literal(false) })
const Tokens = z.object({
  idToken: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.literal(3600),
})

/** One call of the API as a page makes it; `token` goes into the Authorization header. */
export async function call(
  cloud: RunningCloud,
  method: string,
  path: string,
  { body, token, headers = {} }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(`${cloud.siteUrl}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** The newest code that was mailed to this address. */
export const codeFor = (cloud: RunningCloud, email: string, notThis = ''): Promise<string> =>
  until(async () => {
    const codes = (await cloud.emails(email)).flatMap(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? [])
    const code = codes.find((found) => found !== notThis)
    if (!code) throw new Error(`No code for ${email}`)
    return code
  })

/** Signs up, without confirming. */
export async function signUp(cloud: RunningCloud, email: string, name = 'Ada Lovelace'): Promise<string> {
  const { status, body } = await call(cloud, 'POST', '/api/signup', { body: { email, password: PASSWORD, name } })
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return SignedUp.parse(body).userId
}

export async function logIn(cloud: RunningCloud, email: string): Promise<z.output<typeof Tokens>> {
  const { body } = await call(cloud, 'POST', '/api/login', { body: { email, password: PASSWORD } })
  return Tokens.parse(body)
}

/** Signs up, confirms with the code in the mail, and logs in. */
export async function newAccount(
  cloud: RunningCloud,
  { name = 'Ada Lovelace', email = `ada.${randomUUID()}@example.com` } = {},
): Promise<Account> {
  const userId = await signUp(cloud, email, name)
  const code = await codeFor(cloud, email)
  const { status, body } = await call(cloud, 'POST', '/api/signup/confirm', { body: { email, code } })
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return { userId, email, ...(await logIn(cloud, email)) }
}

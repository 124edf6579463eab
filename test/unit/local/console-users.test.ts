import { AdminDisableUserCommand, AdminUserGlobalSignOutCommand } from '@aws-sdk/client-cognito-identity-provider'
import { expect, onTestFinished, test } from 'vitest'
import { userRoutes } from '../../../infra/local/console/routes/users.ts'
import { startConsole } from '../../support/console.ts'
import { startSns } from './sns.ts'
import { EMAIL, movableClock, startUserPool } from './user-pool.ts'

async function startUsers(settings: Parameters<typeof startUserPool>[0] = {}) {
  const pool = await startUserPool(settings)
  const topics = await startSns()
  const site = await startConsole(
    ...userRoutes({ cognito: pool.engine, sns: topics.sns, ses: { emails: topics.emails } }),
  )
  onTestFinished(site.stop)
  const path = (username: string, action = '') => `/_console/api/users/${pool.UserPoolId}/${username}${action}`
  return {
    ...pool,
    topics,
    list: (query = '') => site.getJson(`/_console/api/users${query}`),
    get: (username: string) => site.getJson(path(username)),
    post: (username: string, action: string) => site.post(path(username, action), {}),
  }
}

test('users are listed with their pools, the newest first', async () => {
  const clock = movableClock()
  const { list, signUp, member, signIn, UserPoolId } = await startUsers({ now: clock.now })
  const pool = { id: UserPoolId, name: expect.any(String) }
  expect(await list()).toEqual({ pools: [{ ...pool, userCount: 0 }], users: [], more: false })
  const username = await member(EMAIL, { name: 'Ann' })
  await signIn()
  clock.pass({ minutes: 1 })
  await signUp('bob@example.com')
  expect(await list()).toMatchObject({
    pools: [{ ...pool, userCount: 2 }],
    users: [
      { email: 'bob@example.com', status: 'UNCONFIRMED', enabled: true, openSessions: 0, createdAt: clock.now() },
      { poolId: UserPoolId, username, email: EMAIL, name: 'Ann', status: 'CONFIRMED', openSessions: 1 },
    ],
  })
  expect(await list('?limit=1')).toMatchObject({ users: [{ email: 'bob@example.com' }], more: true })
})

test('users are found by a part of their name or of an attribute, in any case', async () => {
  const { list, member, signUp } = await startUsers()
  const sub = await member(EMAIL, { name: 'Ann "100%" Ö' })
  await signUp('bob@example.com')
  for (const search of ['ANN@', 'ann "100%"', 'Ö', sub.slice(0, 13)])
    expect(await list(`?search=${encodeURIComponent(search)}`)).toMatchObject({ users: [{ email: EMAIL }] })
  for (const search of ['email', '%@', 'n_@'])
    expect(await list(`?search=${encodeURIComponent(search)}`)).toMatchObject({ users: [] })
})

test('a user is told with attributes, sessions and subscriptions, but no password', async () => {
  const clock = movableClock()
  const { get, member, signIn, cognito, topics, UserPoolId, ClientId } = await startUsers({ now: clock.now })
  const username = await member()
  await signIn()
  await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: EMAIL }))
  clock.pass({ seconds: 1 })
  await signIn()
  await cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: EMAIL }))
  await topics.addTopic()
  await topics.subscribe('email', EMAIL)
  const FilterPolicy = JSON.stringify({ userId: [username] })
  await topics.subscribe('sms', '+15551234567', { FilterPolicy })
  await topics.subscribe('email', 'bob@example.com')

  const user = await get(username)
  expect(user).toMatchObject({
    username,
    status: 'CONFIRMED',
    enabled: false,
    attributes: { sub: username, email: EMAIL, email_verified: 'true' },
    sessions: [
      { clientId: ClientId, signedInAt: clock.now(), expiresAt: clock.now() + 30 * 86_400_000, state: 'revoked' },
      { state: 'revoked' },
    ],
    subscriptions: [
      {
        topic: 'news',
        protocol: 'email',
        endpoint: EMAIL,
        isConfirmed: false,
        confirmationMailId: topics.emails({ to: EMAIL })[0]?.id,
      },
      { protocol: 'sms', isConfirmed: true, filterPolicy: FilterPolicy, filterPolicyScope: 'MessageAttributes' },
    ],
  })
  expect(JSON.stringify(user)).not.toMatch(/password|secret/)
})

test('a session is over when its refresh token has expired', async () => {
  const clock = movableClock()
  const { get, list, member, signIn } = await startUsers({ now: clock.now })
  const username = await member()
  await signIn()
  clock.pass({ days: 30 })
  expect(await get(username)).toMatchObject({ sessions: [{ state: 'expired' }] })
  expect(await list()).toMatchObject({ users: [{ openSessions: 0 }] })
})

test('a user is confirmed by hand once, and the trigger is called', async () => {
  const events: unknown[] = []
  const trigger = (event: unknown) => {
    events.push(event)
    return event
  }
  const { get, post, signUp } = await startUsers({ trigger })
  const { UserSub = '' } = await signUp()
  expect(await post(UserSub, '/confirm')).toMatchObject({ status: 204 })
  expect(await get(UserSub)).toMatchObject({ status: 'CONFIRMED' })
  expect(events).toMatchObject([{ triggerSource: 'PostConfirmation_ConfirmSignUp', userName: UserSub }])
  const again = await post(UserSub, '/confirm')
  expect(again.status).toBe(400)
  expect(JSON.parse(again.body)).toMatchObject({ detail: 'User cannot be confirmed. Current status is CONFIRMED' })
})

test('a user is deleted by hand, and nobody is deleted who is not there', async () => {
  const { list, post, member } = await startUsers()
  const username = await member()
  expect(await post(username, '/delete')).toMatchObject({ status: 204 })
  expect(await list()).toMatchObject({ users: [] })
  const gone = await post(username, '/delete')
  expect([gone.status, JSON.parse(gone.body).detail]).toEqual([400, 'User does not exist.'])
})

import { describe, expect, test } from 'vitest'
import { createAttempts } from '../../../infra/local/engines/attempts.ts'
import { createSes, type Mail } from '../../../infra/local/engines/ses.ts'
import { cloudContext, temporaryFolder } from './cloud-context.ts'

const mail: Mail = { from: 'no-reply@example.com', to: ['ann@example.com'], subject: 'Hello', text: 'a', html: '<p>a' }

/** SES, and functions that send by it; whatever is not ended is left as a SIGKILL leaves it. */
function start(stateDir = temporaryFolder(), siteUrl = 'http://localhost:3000') {
  const attempts = createAttempts()
  const ses = createSes(cloudContext(stateDir, { siteUrl }), attempts)
  return {
    restart: (newSiteUrl = siteUrl) => start(stateDir, newSiteUrl),
    count: () => ses.emails().length,
    begin: (...about: string[]) => {
      const attempt = attempts.begin(about)
      const request = { headers: { 'x-amzn-trace-id': attempt.traceId } }
      return {
        send: (changes: Partial<Mail> = {}) => ses.send({ ...mail, ...changes }, request),
        end: (...done: string[]) => attempts.end(attempt, done),
      }
    },
    send: () => ses.send(mail),
  }
}

describe('what a kill found in hand and is sent again', () => {
  test('is the mail that was sent before', () => {
    const killed = start()
    const id = killed.begin('other', 'event').send()
    const { begin, count } = killed.restart()
    expect(begin('event').send()).toBe(id)
    expect(count()).toBe(1)
  })

  test('is so where the site, to which it links, has another port now', () => {
    const killed = start()
    const linked = (siteUrl: string) => ({ text: `${siteUrl}/me`, html: `<a href="${siteUrl}/me">me</a>` })
    const id = killed.begin('event').send(linked('http://localhost:3000'))
    const { begin } = killed.restart('http://localhost:4711')
    expect(begin('event').send(linked('http://localhost:4711'))).toBe(id)
  })

  test('is so as often as it was sent', () => {
    const killed = start()
    const first = killed.begin('event')
    const ids = [first.send(), first.send()]
    const { begin, count } = killed.restart()
    const again = begin('event')
    expect([again.send(), again.send()].sort()).toEqual(ids.sort())
    expect(ids).not.toContain(again.send())
    expect(count()).toBe(3)
  })

  test('is so after another kill', () => {
    const killed = start()
    const id = killed.begin('event').send()
    const killedAgain = killed.restart()
    killedAgain.begin('event').send()
    expect(killedAgain.restart().begin('event').send()).toBe(id)
  })

  test('is so while the event is tried, and no longer when it is done', () => {
    const killed = start()
    const id = killed.begin('event', 'other').send()
    const { begin, restart } = killed.restart()
    begin('event', 'other').end('other')
    expect(restart().begin('event').send()).toBe(id)
    begin('event').end('event')
    expect(begin('event').send()).not.toBe(id)
    expect(restart().begin('event').send()).not.toBe(id)
  })
})

describe('is another mail', () => {
  test.for<[string, Partial<Mail>]>([
    ['to somebody else', { to: ['bob@example.com'] }],
    ['from somebody else', { from: 'other@example.com' }],
    ['of another subject', { subject: 'Goodbye' }],
    ['of another text', { text: 'b' }],
    ['of other HTML', { html: '<p>b' }],
  ])('one %s', ([, changes]) => {
    const killed = start()
    const id = killed.begin('event').send()
    expect(killed.restart().begin('event').send(changes)).not.toBe(id)
  })

  test('one for another event', () => {
    const killed = start()
    const id = killed.begin('event').send()
    expect(killed.restart().begin('other').send()).not.toBe(id)
  })

  test('one of an attempt that ended before the kill, done or not', () => {
    const killed = start()
    const attempt = killed.begin('event')
    const id = attempt.send()
    attempt.end()
    expect(killed.restart().begin('event').send()).not.toBe(id)
  })

  test('one that is repeated without a kill', () => {
    const { begin, count } = start()
    begin('event').send()
    begin('event').send()
    expect(count()).toBe(2)
  })

  test('one that no function sends', () => {
    const killed = start()
    killed.begin('event').send()
    const { send, count } = killed.restart()
    send()
    expect(count()).toBe(2)
  })
})

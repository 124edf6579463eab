import { expect, test } from 'vitest'
import { loginFor, nextPage } from '../../../producers/site/account/next-page.ts'

const ORIGIN = 'https://site.example'
const next = (page: string) => nextPage(`?${new URLSearchParams({ next: page })}`, ORIGIN)

test.each(['/account.html', '/', '/?welcome', '/docs/#events', '/index.html?a=b#c'])('%s is a page of ours', (page) => {
  expect(next(page)).toBe(page)
  expect(nextPage(loginFor(page).replace(/^[^?]*/, ''), ORIGIN)).toBe(page)
})

test.each([
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example',
  '/\t/evil.example',
  'https://evil.example/',
  'https://site.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'account.html',
  '',
  '/api/confirm?token=x',
  '/docs/../api/confirm',
  '/login.html?next=/login.html',
])('%o is none', (page) => {
  expect(next(page)).toBe('/account.html')
})

test('without a wish it is the account', () => {
  expect(nextPage('', ORIGIN)).toBe('/account.html')
})

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

const configFile = fileURLToPath(new URL('../../../producers/site/vite.config.ts', import.meta.url))
const PAGES = [
  'index',
  'check-inbox',
  'confirmed',
  'signup',
  'confirm-signup',
  'login',
  'account',
  'meetups',
  'meetup',
  'new-meetup',
  'dashboard',
  'order',
  'orders',
  'order-status',
  '404',
].map((name) => `${name}.html`)

let site = ''
const read = (file: string) => readFile(join(site, file), 'utf8')

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'ensemble-site-'))
  await build({ configFile, build: { outDir: site, emptyOutDir: true } })
})
afterAll(() => rm(site, { recursive: true, force: true }))

test.each(PAGES)('%s can be read without JavaScript', async (page) => {
  const html = await read(page)
  expect(html).not.toContain('<!--page-->')
  expect(html.match(/<h1[ >]/g)).toHaveLength(1)
  expect(html).toContain('<main')
})

test.each(PAGES)('%s keeps to the content security policy, and to files that exist', async (page) => {
  const html = await read(page)
  for (const [, attributes, code] of html.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)) {
    expect(attributes).toContain(' src="/')
    expect(code).toBe('')
  }
  expect(html).not.toMatch(/ on\w+=/)
  const files = [...html.matchAll(/(?:src|href)="\/([^"]+\.\w+)"/g)].flatMap(([, file]) => file ?? [])
  expect(files).not.toHaveLength(0)
  for (const file of files) expect(await read(file)).not.toBe('')
})

test('the form posts itself', async () => {
  const html = await read('index.html')
  const form = /<form[^>]*>/.exec(html)?.[0]
  expect(form).toContain('action="/api/register"')
  expect(form).toContain('method="post"')
  expect(form).not.toContain('novalidate')
  for (const field of ['name', 'email']) expect(html).toMatch(new RegExp(`<input[^>]* name="${field}"`))
})

test('the style sheet that the API links to keeps its name', async () => {
  expect(await read('plain.css')).toContain('main')
})

test.each(PAGES)('what a browser loads for %s stays small', async (page) => {
  const files = [...(await read(page)).matchAll(/(?:src|href)="\/(assets\/[^"]+\.(js|css))"/g)]
  const sizes = { js: 0, css: 0 }
  for (const [, file = '', kind] of files) sizes[kind === 'js' ? 'js' : 'css'] += gzipSync(await read(file)).length
  expect(sizes.js).toBeGreaterThan(0)
  expect(sizes.js).toBeLessThan(132 * 1024)
  expect(sizes.css).toBeLessThan(20 * 1024)
})

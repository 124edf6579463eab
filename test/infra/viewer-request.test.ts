import { runInNewContext } from 'node:vm'
import { transformSync } from 'esbuild'
import { beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { viewerRequestCode } from '../../infra/core/viewer-request.ts'
import { synthesize } from './synthesize.ts'

const Code = z.object({ FunctionCode: z.string() })
const Outcome = z.object({
  uri: z.string().optional(),
  headers: z.object({ location: z.object({ value: z.string() }).optional() }).optional(),
  statusCode: z.number().optional(),
  body: z.object({ data: z.string() }).optional(),
})

// What is deployed is a text: it is run here as it stands, with nothing around it.
let code: string
beforeAll(async () => {
  const core = (await synthesize()).get('ensemble-test')
  code = Code.parse(core?.one('AWS::CloudFront::Function').properties).FunctionCode
})

const visit = (uri: string) =>
  Outcome.parse(runInNewContext(`${code}; handler(event)`, { event: { request: { uri } } }))

it.each([
  ['/', '/index.html'],
  ['/docs/', '/docs/index.html'],
  ['/confirmed.html', '/confirmed.html'],
  ['/assets/index-B3x.js', '/assets/index-B3x.js'],
])('%s is the file %s', (uri, file) => {
  expect(visit(uri)).toEqual({ uri: file })
})

it.each([
  ['/docs', '/docs/'],
  ['//elsewhere', '/elsewhere/'],
  ['/\\elsewhere', '/elsewhere/'],
])('%s is answered with the way to %s', (uri, location) => {
  expect(visit(uri)).toEqual({ statusCode: 301, headers: { location: { value: location } } })
})

it.each(['/nowhere.html', '/docs/nowhere/', '/index.html/'])('%s is answered with the page that says so', (uri) => {
  expect(visit(uri)).toMatchObject({ statusCode: 404, body: { data: 'site/404.html' } })
})

it('is in the JavaScript of the edge: ES5 and some of what came later', () => {
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
  const known = ['const-and-let', 'template-literal', 'arrow', 'async-await', 'exponent-operator']
  const supported = Object.fromEntries(known.map((feature) => [feature, true]))
  const lowered = transformSync(code, { target: 'es5', supported }).code
  expect(lowered).toBe(transformSync(code, { target: 'esnext' }).code)
})

it('is small enough for the edge, or not deployed', () => {
  expect(code.length).toBeLessThan(5_000)
  expect(() => viewerRequestCode({ pages: [], notFound: 'x'.repeat(10_240) })).toThrow(/404 page is too large/)
})

import { runInNewContext } from 'node:vm'
import { transformSync } from 'esbuild'
import { beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { synthesize } from './synthesize.ts'

const Code = z.object({ FunctionCode: z.string() })
const Outcome = z.object({
  uri: z.string().optional(),
  headers: z.object({ location: z.object({ value: z.string() }) }).optional(),
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
  expect(visit(uri)).toEqual({ headers: { location: { value: location } } })
})

it('is in the JavaScript of the edge: ES5 and some of what came later', () => {
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
  const known = ['const-and-let', 'template-literal', 'arrow', 'async-await', 'exponent-operator']
  const supported = Object.fromEntries(known.map((feature) => [feature, true]))
  const lowered = transformSync(code, { target: 'es5', supported }).code
  expect(lowered).toBe(transformSync(code, { target: 'esnext' }).code)
})

it('is small enough for the edge', () => {
  expect(code.length).toBeLessThan(10_240)
})

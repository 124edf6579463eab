import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { findingsOf, publish } from '../../../infra/commands/published-schemas.ts'
import { events } from '../../../infra/contracts.ts'
import { Mistake } from '../../../infra/mistake.ts'
import { root } from '../../../infra/paths.ts'
import { defineEvent, registrySchemaOf } from '../../../schemas/event.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ensemble-published-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const paid = (data: z.ZodRawShape, version = 1, summary = 'Money came.') =>
  defineEvent({ name: 'OrderPaid', context: 'orders', version, summary, data: z.strictObject(data), example: {} })
const FILE = join('orders', 'OrderPaid.v1.json')
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
const kinds = (...contracts: ReturnType<typeof paid>[]) => findingsOf(contracts, folder).map(({ kind }) => kind)

test('what is committed is what is declared: npm run schemas -- publish', () => {
  expect(findingsOf(events, join(root, 'schemas/published'))).toEqual([])
})

test('an event that is new is published as the registry has it', () => {
  const contract = paid({ amount: z.int() })
  expect(kinds(contract)).toEqual(['unpublished'])
  expect(publish([contract], folder).map(({ file }) => file)).toEqual([FILE])
  expect(read(FILE)).toEqual(JSON.parse(JSON.stringify(registrySchemaOf(contract))))
  expect(kinds(contract)).toEqual([])
  expect(publish([contract], folder)).toEqual([])
})

test('a change that breaks nobody is taken over', () => {
  publish([paid({ amount: z.int() })], folder)
  const more = paid({ amount: z.int(), currency: z.string().optional() })
  expect(kinds(more)).toEqual(['compatible'])
  publish([more], folder)
  expect(kinds(more)).toEqual([])
  expect(kinds(paid({ amount: z.int() }))).toEqual(['breaking'])
})

test('a sentence said better is a change too', () => {
  publish([paid({})], folder)
  expect(kinds(paid({}, 1, 'Money has come.'))).toEqual(['compatible'])
})

test('a breaking change says where, and what to do, and is never published', () => {
  publish([paid({ amount: z.int() })], folder)
  const before = read(FILE)
  const broken = paid({ amount: z.int(), currency: z.string() })
  expect(publish([broken], folder)).toEqual([
    {
      file: FILE,
      kind: 'breaking',
      text: 'detail.data.currency is new and required. Make it optional, or declare `version: 2` of OrderPaid beside version 1.',
    },
  ])
  expect(read(FILE)).toEqual(before)
})

test('versions are published side by side, and the next one is the one after the last', () => {
  const [first, second] = [paid({ amount: z.int() }), paid({ amount: z.string() }, 2)]
  publish([first, second], folder)
  expect(kinds(first, second)).toEqual([])
  expect(read(join('orders', 'OrderPaid.v2.json'))).toMatchObject({ title: 'ensemble.orders@OrderPaid.v2' })
  expect(findingsOf([paid({}), second], folder).map(({ text }) => text)).toEqual([
    'detail.data.amount was removed. Keep it, or declare `version: 3` of OrderPaid beside version 1.',
  ])
})

test('a published event must stay declared', () => {
  publish([paid({})], folder)
  expect(findingsOf([], folder)).toMatchObject([{ file: FILE, kind: 'breaking' }])
})

test('a file that is no JSON is named', () => {
  mkdirSync(join(folder, 'orders'))
  writeFileSync(join(folder, FILE), '<<<<<<< HEAD')
  expect(() => findingsOf([paid({})], folder)).toThrow(
    new Mistake('The published schema OrderPaid.v1.json is not valid JSON: restore it from git.'),
  )
})

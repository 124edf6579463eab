import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Consumer, consumerStack } from '../../infra/consumer-stack.ts'
import type { RouteFunction } from '../../infra/contracts.ts'
import { Mistake } from '../../infra/mistake.ts'
import { namesOf } from '../../infra/names.ts'
import { patternOf } from '../../infra/pattern.ts'
import { readSettings } from '../../infra/settings.ts'
import { defineEvent } from '../../schemas/event.ts'

const event = (context: string, name: string, version = 1) =>
  defineEvent({ name, context, version, summary: name, data: z.strictObject({}), example: {} })
const paid = event('orders', 'OrderPaid')
const shipped = event('orders', 'OrderShipped')
const moved = event('accounts', 'AddressChanged')

let buildDir: string
beforeEach(() => {
  buildDir = mkdtempSync(join(tmpdir(), 'ensemble-infra-'))
  mkdirSync(join(buildDir, 'functions/ship'), { recursive: true })
})
afterEach(() => rmSync(buildDir, { recursive: true }))

function templateOf(
  events: readonly ReturnType<typeof event>[],
  infrastructure?: (consumer: Consumer) => void,
  emits: readonly ReturnType<typeof event>[] = [],
  functions = [{ name: 'ship', path: 'consumers/ship/handler.ts' }],
  routes: readonly RouteFunction[] = [],
): Template {
  const settings = readSettings(() => undefined)
  const deployment = { names: namesOf('dev'), settings, buildDir, functions, routes }
  const app = new App({ outdir: join(buildDir, 'cloud'), builtinCloudFormationValidation: false })
  return Template.fromStack(
    consumerStack(app, { name: 'ship', declaration: { does: 'Ships.', events, emits } }, deployment, infrastructure),
  )
}

describe('the pattern', () => {
  it('of one context is its source and the names', () => {
    templateOf([paid, shipped]).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['ensemble.orders'], 'detail-type': ['OrderPaid', 'OrderShipped'] },
    })
  })

  it('of several contexts binds every name to its own source', () => {
    templateOf([paid, moved]).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        $or: [
          { source: ['ensemble.orders'], 'detail-type': ['OrderPaid'] },
          { source: ['ensemble.accounts'], 'detail-type': ['AddressChanged'] },
        ],
      },
    })
  })
})

describe('the pattern of an event that has several versions', () => {
  const paidAgain = event('orders', 'OrderPaid', 2)
  const declared = [paid, paidAgain, shipped]
  const ofVersions = (...version: number[]) => ({
    source: ['ensemble.orders'],
    'detail-type': ['OrderPaid'],
    detail: { metadata: { version } },
  })

  it('matches the one that the consumer takes', () => {
    expect(patternOf([paid], declared)).toEqual(ofVersions(1))
    expect(patternOf([paidAgain], declared)).toEqual(ofVersions(2))
  })

  it('matches both for a consumer that takes both', () => {
    expect(patternOf([paid, paidAgain], declared)).toEqual(ofVersions(1, 2))
  })

  it('leaves the other events of the consumer alone', () => {
    expect(patternOf([shipped, paidAgain], declared)).toEqual({
      $or: [{ source: ['ensemble.orders'], 'detail-type': ['OrderShipped'] }, ofVersions(2)],
    })
  })
})

describe('rights', () => {
  it('to emit events of several contexts are one statement each', () => {
    const statement = (source: string, name: string) => ({
      Action: 'events:PutEvents',
      Effect: 'Allow',
      Condition: { StringEquals: { 'events:source': source, 'events:detail-type': [name] } },
    })
    const template = templateOf([paid], undefined, [shipped, moved])
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'))
    expect(policy?.Properties.PolicyDocument.Statement).toEqual(
      expect.arrayContaining([
        expect.objectContaining(statement('ensemble.orders', 'OrderShipped')),
        expect.objectContaining(statement('ensemble.accounts', 'AddressChanged')),
      ]),
    )
  })

  it('to an index are for that index', () => {
    const template = templateOf([paid], ({ needs }) => needs({ tables: { 'orders/by-user': ['Query'] } }))
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(
      '":table/ensemble-dev-orders/index/by-user"',
    )
  })
})

describe('a mistake in the folder', () => {
  it('is a consumer without a handler', () => {
    expect(() => templateOf([paid], undefined, [], [])).toThrow(new Mistake('No file exports the handler of ship.'))
  })

  it('is a function that nothing uses', () => {
    const functions = [
      { name: 'ship', path: 'consumers/ship/handler.ts' },
      { name: 'lost', path: 'consumers/ship/lost.ts' },
    ]
    expect(() => templateOf([paid], undefined, [], functions)).toThrow(
      new Mistake('consumers/ship/lost.ts exports a handler that no route and no infrastructure.ts uses.'),
    )
  })

  it('is to follow a table that has no stream', () => {
    const announce = { name: 'announce', does: 'Announces.', emits: [shipped] }
    const infrastructure = ({ table, follow }: Consumer) =>
      follow(table('parcels', { key: 'id' }), announce, { filter: {} })
    expect(() => templateOf([paid], infrastructure)).toThrow(Mistake)
  })

  it('is a bundle that is not built', () => {
    rmSync(join(buildDir, 'functions/ship'), { recursive: true })
    expect(() => templateOf([paid])).toThrow(/^The function ship is not built yet: there is no .*ship\.$/)
  })
})

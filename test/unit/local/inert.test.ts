import { expect, test } from 'vitest'
import { createInert } from '../../../infra/local/engines/inert.ts'
import { cloudContext, provision } from './cloud-context.ts'

const inert = (type: string, properties: object = {}) => provision(createInert(cloudContext()), type, properties)

test('answers for resources that do nothing here as CloudFormation would', async () => {
  for (const type of ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']) {
    const Arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a'
    expect(await inert(type, { AlarmName: 'a', Threshold: 1 })).toEqual({ ref: 'a', attributes: { Arn } })
  }
  expect((await inert('AWS::CloudWatch::Dashboard', { DashboardName: 'd' })).ref).toBe('d')
  expect((await inert('AWS::KMS::Alias', { AliasName: 'alias/k' })).ref).toBe('alias/k')
  expect((await inert('AWS::Glue::Database', { DatabaseInput: { Name: 'g' } })).ref).toBe('g')
  expect((await inert('AWS::Glue::Table', { TableInput: { Name: 't' } })).ref).toBe('t')
  expect((await inert('AWS::Athena::WorkGroup', { Name: 'w' })).ref).toBe('w')
  const key = await inert('AWS::KMS::Key')
  expect(key.ref).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  expect(key.attributes?.Arn).toBe(`arn:aws:kms:us-east-1:000000000000:key/${key.ref}`)
})

test('names what the template leaves unnamed, the same at every start', async () => {
  for (const type of ['AWS::Lambda::Permission', 'AWS::CDK::Metadata']) {
    const first = await inert(type)
    expect(first.ref).toMatch(/^Test-Resource-[\da-f]{12}$/)
    expect(await inert(type)).toEqual(first)
  }
})

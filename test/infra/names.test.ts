import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { synthesize } from './synthesize.ts'

const STAGE = 'a-stage-of-18-chrs'

interface Named {
  readonly type: string
  readonly name: string
}
/** All that has a name of ours, with the longest stage, and as `<AWS::Region>` stands for it. */
let named: readonly Named[]
beforeAll(async () => {
  const stacks = await synthesize({ stage: STAGE })
  named = [...stacks.values()].flatMap(({ all }) =>
    Object.entries(LIMITS).flatMap(([type, { at }]) =>
      all(type).flatMap(({ properties }) => {
        const name = at
          .split('.')
          .reduce<unknown>((value, key) => z.looseObject({}).safeParse(value).data?.[key], properties)
        // The CDK's own helpers are called by their logical ids.
        return typeof name === 'string' && !name.includes('<Custom') ? { type, name } : []
      }),
    ),
  )
})

/** Of what a name may be at most, by AWS's own words in CloudFormation's reference. */
const LIMITS: Readonly<Record<string, { readonly at: string; readonly rule: RegExp }>> = {
  'AWS::ApiGatewayV2::Api': { at: 'Name', rule: /^.{1,128}$/ },
  'AWS::Athena::WorkGroup': { at: 'Name', rule: /^[\w.-]{1,128}$/ },
  'AWS::CloudFront::CachePolicy': { at: 'CachePolicyConfig.Name', rule: /^[\w-]{1,128}$/ },
  'AWS::CloudFront::Function': { at: 'Name', rule: /^[\w-]{1,64}$/ },
  'AWS::CloudFront::OriginAccessControl': { at: 'OriginAccessControlConfig.Name', rule: /^[\w-]{1,64}$/ },
  'AWS::CloudFront::ResponseHeadersPolicy': { at: 'ResponseHeadersPolicyConfig.Name', rule: /^[\w-]{1,128}$/ },
  'AWS::CloudWatch::Dashboard': { at: 'DashboardName', rule: /^[\w-]{1,255}$/ },
  'AWS::Cognito::UserPoolDomain': {
    at: 'Domain',
    rule: /^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  },
  'AWS::DynamoDB::GlobalTable': { at: 'TableName', rule: /^[\w.-]{3,255}$/ },
  'AWS::EventSchemas::Registry': { at: 'RegistryName', rule: /^[\w.-]{1,64}$/ },
  'AWS::EventSchemas::Schema': { at: 'SchemaName', rule: /^[\w.@-]{1,385}$/ },
  'AWS::Events::Archive': { at: 'ArchiveName', rule: /^[\w.-]{1,48}$/ },
  'AWS::Events::EventBus': { at: 'Name', rule: /^[\w./-]{1,256}$/ },
  'AWS::Events::Rule': { at: 'Name', rule: /^[\w.-]{1,64}$/ },
  'AWS::Glue::Database': { at: 'DatabaseInput.Name', rule: /^[a-z0-9_]{1,255}$/ },
  'AWS::Lambda::Function': { at: 'FunctionName', rule: /^[\w-]{1,64}$/ },
  'AWS::Logs::LogGroup': { at: 'LogGroupName', rule: /^[\w./#-]{1,512}$/ },
  'AWS::S3::Bucket': { at: 'BucketName', rule: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/ },
  'AWS::SNS::Topic': { at: 'TopicName', rule: /^[\w-]{1,256}$/ },
  'AWS::SQS::Queue': { at: 'QueueName', rule: /^[\w-]{1,80}$/ },
  'AWS::SecretsManager::Secret': { at: 'Name', rule: /^[\w/+=.@-]{1,512}$/ },
  'AWS::StepFunctions::StateMachine': { at: 'StateMachineName', rule: /^[\w-]{1,80}$/ },
}

/** Names of these are not a Region's but the account's, or the whole world's. */
const GLOBAL = [
  'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudWatch::Dashboard',
  'AWS::S3::Bucket',
]

describe('names', () => {
  it('are short enough for AWS, and of its letters, in the longest stage', () => {
    expect(new Set(named.map(({ type }) => type)).size).toBe(Object.keys(LIMITS).length)
    const wrong = named
      .map(({ type, name }) => ({
        type,
        name: name.replace('<AWS::AccountId>', '123456789012').replace('<AWS::Region>', 'ap-southeast-1'),
      }))
      .filter(({ type, name }) => !LIMITS[type]?.rule.test(name))
    expect(wrong).toEqual([])
  })

  it('say the Region where an account has only one of them for all Regions', () => {
    const global = named.filter(({ type }) => GLOBAL.includes(type))
    expect(new Set(global.map(({ type }) => type)).size).toBe(GLOBAL.length)
    expect(global.filter(({ name }) => !name.includes('<AWS::Region>'))).toEqual([])
  })
})

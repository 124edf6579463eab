import * as z from 'zod'
import {
  type CloudContext,
  type Engine,
  type Provisioned,
  type Resource,
  type ResourceType,
  resourceType,
} from './engine.ts'
import { physicalId, physicalName } from './physical-name.ts'

/** What `Ref` and `Fn::GetAtt` answer for a resource, given what names it: a property, or else a name made up. */
type Identify = (name: string, resource: Resource) => Provisioned

/**
 * Resources that change nothing on one machine. They are accepted with any properties, so that templates may refer to
 * them; each group says why there is nothing to do.
 */
export function createInert({ account, region }: CloudContext): Engine {
  const arn = (service: string, resource: string, where = region) =>
    `arn:aws:${service}:${where}:${account}:${resource}`
  const byName: Identify = (name) => ({ ref: name })
  const alarm: Identify = (name) => ({ ref: name, attributes: { Arn: arn('cloudwatch', `alarm:${name}`) } })

  return {
    resources: {
      // Whom a function lets call it: what the app's own services call here, they may.
      'AWS::Lambda::Permission': inert(undefined, (name) => ({ ref: name, attributes: { Id: name } })),

      // Nobody is woken up on account of a machine that one develops on, and no metrics are kept for it.
      'AWS::CloudWatch::Alarm': inert('AlarmName', alarm),
      'AWS::CloudWatch::CompositeAlarm': inert('AlarmName', alarm),
      'AWS::CloudWatch::Dashboard': inert('DashboardName', byName),

      // State lies unencrypted in a folder that is the developer's own.
      'AWS::KMS::Key': inert(undefined, (_name, resource) => {
        const id = uuidOf(resource)
        return { ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } }
      }),
      'AWS::KMS::Alias': inert('AliasName', byName),

      // Exports of tables are a feature of AWS, so there is nothing here for Athena to query.
      'AWS::Glue::Database': inert(undefined, nameWithin('DatabaseInput')),
      'AWS::Glue::Table': inert(undefined, nameWithin('TableInput')),
      'AWS::Athena::WorkGroup': inert('Name', byName),

      // Which constructs made the template: CDK's own statistics.
      'AWS::CDK::Metadata': inert(undefined, byName),
    },
  }
}

const inert = (nameProperty: string | undefined, identify: Identify): ResourceType =>
  resourceType({
    properties: z.looseObject({}),
    provision: (resource) => {
      const given = nameProperty === undefined ? undefined : resource.properties[nameProperty]
      return identify(typeof given === 'string' ? given : physicalName(resource, 64), resource)
    },
  })

/** Glue has its names within what it is given: `DatabaseInput.Name` for one. */
const nameWithin =
  (input: string): Identify =>
  (name, { properties }) => ({ ref: z.object({ Name: z.string().default(name) }).parse(properties[input]).Name })

const uuidOf = (resource: Resource): string =>
  physicalId(resource, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AwsError, type CloudContext, type ResourceType, resourceType } from '../engine.ts'
import { physicalName } from '../physical-name.ts'
import { DEFAULT_BUS } from './arns.ts'
import { BusName } from './buses.ts'
import type { Catalog } from './catalog.ts'
import { RuleState, Target } from './model.ts'
import { checkRule, RuleName } from './rules.ts'
import { checkTargets } from './targets.ts'

/** Nobody looks at tags, and there is no key but the disk's own. */
const ignored = z.unknown().optional()
const JsonObject = z.record(z.string(), z.unknown())

/**
 * The CloudFormation types of EventBridge. What was changed by API stays changed over a restart until the template's own
 * properties change, as drift does on AWS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Events.html
 */
export function createResources(context: CloudContext, catalog: Catalog) {
  const { arns } = catalog
  const provisionedRules = new Set<string>()

  const types: Readonly<Record<string, ResourceType>> = {
    'AWS::Events::EventBus': resourceType({
      properties: z.strictObject({
        Name: BusName,
        Description: z.string().optional(),
        Tags: ignored,
        KmsKeyIdentifier: ignored,
        // Who may put events from outside this account, and where AWS logs to.
        Policy: ignored,
        LogConfig: ignored,
      }),
      provision({ properties }) {
        const { Name, Description } = properties
        if (Name === DEFAULT_BUS) throw new AwsError('ValidationException', `Event bus ${Name} already exists.`)
        const before = catalog.buses.get(Name)
        const provisionedAs = hash(properties)
        if (before?.provisionedAs !== provisionedAs) {
          const createdAt = before?.createdAt ?? context.now()
          catalog.buses.put(Name, { name: Name, description: Description, createdAt, provisionedAs })
        }
        return { ref: Name, attributes: { Arn: arns.bus(Name), Name } }
      },
    }),

    'AWS::Events::Rule': resourceType({
      properties: z.strictObject({
        Name: RuleName.optional(),
        Description: z.string().optional(),
        EventBusName: z.string().optional(),
        EventPattern: JsonObject.optional(),
        ScheduleExpression: z.string().optional(),
        State: RuleState.default('ENABLED'),
        Targets: z.array(Target).default([]),
        Tags: ignored,
        // Whose permissions deliver: on one machine nobody's are needed.
        RoleArn: ignored,
      }),
      provision(resource) {
        const { properties } = resource
        const bus = catalog.bus(properties.EventBusName).name
        const name = properties.Name ?? physicalName(resource, 64)
        const arn = arns.rule(bus, name)
        const before = catalog.rules.get(arn)
        const provisionedAs = hash(properties)
        provisionedRules.add(arn)
        if (before?.provisionedAs !== provisionedAs) {
          const rule = {
            arn,
            bus,
            name,
            description: properties.Description,
            eventPattern: properties.EventPattern && JSON.stringify(properties.EventPattern),
            scheduleExpression: properties.ScheduleExpression,
            state: properties.State,
            targets: checkTargets(properties.Targets),
            createdAt: before?.createdAt ?? context.now(),
            provisionedAs,
          }
          checkRule(rule)
          catalog.rules.put(rule)
        }
        return { ref: bus === DEFAULT_BUS ? name : `${bus}|${name}`, attributes: { Arn: arn } }
      },
    }),

    'AWS::Events::Archive': resourceType({
      properties: z.strictObject({
        ArchiveName: z
          .string()
          .regex(/^[.\-_A-Za-z0-9]{1,48}$/)
          .optional(),
        SourceArn: z.string(),
        Description: z.string().optional(),
        EventPattern: JsonObject.optional(),
        RetentionDays: z.coerce.number().int().min(0).default(0),
        KmsKeyIdentifier: ignored,
      }),
      provision(resource) {
        const { properties } = resource
        const name = properties.ArchiveName ?? physicalName(resource, 48)
        const before = catalog.archives.get(name)
        const provisionedAs = hash(properties)
        if (before?.provisionedAs !== provisionedAs) {
          catalog.archives.put({
            name,
            bus: catalog.bus(properties.SourceArn).name,
            description: properties.Description,
            eventPattern: properties.EventPattern && JSON.stringify(properties.EventPattern),
            retentionDays: properties.RetentionDays,
            createdAt: before?.createdAt ?? context.now(),
            provisionedAs,
          })
        }
        return { ref: name, attributes: { Arn: arns.archive(name) } }
      },
    }),

    'AWS::Events::EventBusPolicy': resourceType({
      // Says who else may put events; here there is nobody else.
      properties: z.strictObject({
        EventBusName: ignored,
        StatementId: z.string(),
        Statement: ignored,
        Action: ignored,
        Principal: ignored,
        Condition: ignored,
      }),
      provision: ({ properties }) => ({ ref: properties.StatementId }),
    }),
  }

  return {
    types,
    /** Deletes the rules of earlier templates that are in none any more: nobody would expect them to deliver. */
    sweep(): void {
      for (const rule of catalog.rules.all()) {
        if (rule.provisionedAs !== undefined && !provisionedRules.has(rule.arn)) catalog.rules.delete(rule)
      }
    },
  }
}

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

import * as z from 'zod'
import { AwsError, type CloudContext } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import { Paging, pageOf } from '../paging.ts'
import { type Catalog, compile, readEvent } from './catalog.ts'
import { type Rule, RuleState } from './model.ts'
import { matches } from './pattern/index.ts'
import { checkSchedule } from './schedule.ts'

export const RuleName = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/)
export const BusNameOrArn = z.string().min(1).max(1600)

const OneRule = z.object({ Name: RuleName, EventBusName: BusNameOrArn.optional() })

const PutRule = OneRule.extend({
  Description: z.string().max(512).optional(),
  EventPattern: z.string().max(4096).optional(),
  ScheduleExpression: z.string().max(256).optional(),
  State: RuleState.default('ENABLED'),
  RoleArn: z.string().max(1600).optional(),
})

const ListRules = z.object({ NamePrefix: RuleName.optional(), EventBusName: BusNameOrArn.optional(), ...Paging })

/**
 * The operations on rules, by name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations_Amazon_EventBridge.html
 */
export function ruleOperations(context: CloudContext, catalog: Catalog): Readonly<Record<string, Operation>> {
  const setState = (state: Rule['state']): Operation =>
    operation(OneRule, ({ Name, EventBusName }) => catalog.rules.put({ ...catalog.rule(Name, EventBusName), state }))

  return {
    PutRule: operation(PutRule, (input) => {
      const bus = catalog.bus(input.EventBusName).name
      const arn = catalog.arns.rule(bus, input.Name)
      const before = catalog.rules.get(arn)
      const rule: Rule = {
        arn,
        bus,
        name: input.Name,
        description: input.Description,
        eventPattern: input.EventPattern || undefined,
        scheduleExpression: input.ScheduleExpression || undefined,
        roleArn: input.RoleArn,
        state: input.State,
        targets: before?.targets ?? [],
        createdAt: before?.createdAt ?? context.now(),
        provisionedAs: before?.provisionedAs,
      }
      checkRule(rule)
      catalog.rules.put(rule)
      return { RuleArn: arn }
    }),

    DescribeRule: operation(OneRule, ({ Name, EventBusName }) => describe(catalog.rule(Name, EventBusName))),

    ListRules: operation(ListRules, ({ NamePrefix = '', EventBusName, ...paging }) => {
      const rules = catalog.rules.of(catalog.bus(EventBusName).name).filter(({ name }) => name.startsWith(NamePrefix))
      const { items, ...next } = pageOf(rules, ({ name }) => name, paging)
      return { Rules: items.map(describe), ...next }
    }),

    EnableRule: setState('ENABLED'),
    DisableRule: setState('DISABLED'),

    DeleteRule: operation(OneRule, ({ Name, EventBusName }) => {
      const rule = catalog.rules.get(catalog.arns.rule(catalog.bus(EventBusName).name, Name))
      if (!rule) return
      if (rule.targets.length > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.")
      }
      catalog.rules.delete(rule)
    }),

    TestEventPattern: operation(
      z.object({ EventPattern: z.string().max(4096), Event: z.string() }),
      ({ EventPattern, Event }) => ({ Result: matches(compile(EventPattern), readEvent(Event)) }),
    ),
  }
}

/** Throws for a rule that PutRule refuses, whatever its pattern: that is checked when the rule is put. */
export function checkRule({ bus, eventPattern, scheduleExpression }: Rule): void {
  if (eventPattern === undefined && scheduleExpression === undefined) {
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.')
  }
  if (scheduleExpression !== undefined) checkSchedule(bus, scheduleExpression)
}

const describe = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventBusName: rule.bus,
  Description: rule.description,
  EventPattern: rule.eventPattern,
  ScheduleExpression: rule.scheduleExpression,
  State: rule.state,
  RoleArn: rule.roleArn,
})

import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import { Paging, pageOf } from '../paging.ts'
import type { Catalog } from './catalog.ts'
import { checkInput } from './input.ts'
import { Target } from './model.ts'
import { BusNameOrArn, RuleName } from './rules.ts'

const MAX_TARGETS = 5

const OneRule = z.object({ Rule: RuleName, EventBusName: BusNameOrArn.optional() })
const PutTargets = OneRule.extend({ Targets: z.array(Target).min(1).max(10) })
const RemoveTargets = OneRule.extend({ Ids: z.array(z.string().min(1).max(64)).min(1).max(100) })
const ListRuleNamesByTarget = z.object({
  TargetArn: z.string().min(1),
  EventBusName: BusNameOrArn.optional(),
  ...Paging,
})

/**
 * The operations on the targets of rules, by name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 */
export function targetOperations(catalog: Catalog): Readonly<Record<string, Operation>> {
  return {
    PutTargets: operation(PutTargets, ({ Rule, EventBusName, Targets }) => {
      const rule = catalog.rule(Rule, EventBusName)
      catalog.rules.put({ ...rule, targets: checkTargets(mergeTargets(rule.targets, Targets)) })
      return { FailedEntryCount: 0, FailedEntries: [] }
    }),

    ListTargetsByRule: operation(OneRule.extend(Paging), ({ Rule, EventBusName, ...paging }) => {
      const targets = catalog.rule(Rule, EventBusName).targets.toSorted((a, b) => (a.Id < b.Id ? -1 : 1))
      const { items, ...next } = pageOf(targets, ({ Id }) => Id, paging)
      return { Targets: items, ...next }
    }),

    RemoveTargets: operation(RemoveTargets, ({ Rule, EventBusName, Ids }) => {
      const rule = catalog.rule(Rule, EventBusName)
      const unknown = Ids.filter((id) => !rule.targets.some(({ Id }) => Id === id))
      catalog.rules.put({ ...rule, targets: rule.targets.filter(({ Id }) => !Ids.includes(Id)) })
      return {
        FailedEntryCount: unknown.length,
        FailedEntries: unknown.map((TargetId) => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Rule '${Rule}' does not have a target with the Id '${TargetId}'.`,
        })),
      }
    }),

    ListRuleNamesByTarget: operation(ListRuleNamesByTarget, ({ TargetArn, EventBusName, ...paging }) => {
      const rules = catalog.rules.of(catalog.bus(EventBusName).name)
      const having = rules.filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn))
      const { items, ...next } = pageOf(having, ({ name }) => name, paging)
      return { RuleNames: items.map(({ name }) => name), ...next }
    }),
  }
}

const mergeTargets = (old: readonly Target[], fresh: readonly Target[]): readonly Target[] => [
  ...new Map([...old, ...fresh].map((target) => [target.Id, target])).values(),
]

/** All the targets that a rule is to have. Throws what PutTargets answers if it cannot have them. */
export function checkTargets(targets: readonly Target[]): Target[] {
  for (const target of targets) {
    if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:./.test(target.Arn)) {
      throw new AwsError(
        'ValidationException',
        `Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`,
      )
    }
    checkInput(target)
  }
  if (targets.length > MAX_TARGETS) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
  }
  return [...targets]
}

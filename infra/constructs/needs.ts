import { ArnFormat, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { type EventContract, sourceOf } from '../../schemas/event.ts'
import type { RouteContract } from '../../schemas/route.ts'
import type { Settings } from '../settings.ts'
import type { Core } from './deployment.ts'

type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem'

/** What a function needs beside its logs and traces: it gets the rights and the environment for exactly that. */
export interface Needs {
  readonly emits?: readonly EventContract[]
  /** A table, or `table/index`, to what is done there. */
  readonly tables?: Readonly<Record<string, readonly TableAction[]>>
  readonly secrets?: readonly 'link-key'[]
  /** Each becomes an environment variable: `ownerEmail` is `OWNER_EMAIL`. */
  readonly settings?: readonly (keyof Settings | 'siteUrl')[]
  readonly mail?: boolean
}

const READ: readonly TableAction[] = ['GetItem', 'BatchGetItem', 'Query']

/** A route's needs follow from its contract. */
export const needsOf = ({ emits = [], uses = {} }: RouteContract): Needs => ({
  ...uses,
  emits,
  tables: Object.fromEntries((uses.tables ?? []).map((table) => [table, READ])),
})

/**
 * Adds what a function needs to its role and its environment. Whatever another stack may own goes by its name, so that
 * no stack waits for another. https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 */
export function grant(fn: LambdaFunction, needs: Needs, core: Pick<Core, 'names' | 'settings' | 'siteUrl'>): void {
  const { emits = [], tables = {}, secrets = [], settings = [], mail = false } = needs
  const { names } = core
  const stack = Stack.of(fn)
  const allow = (actions: string[], resource: string, equals?: Record<string, unknown>) =>
    fn.addToRolePolicy(
      new PolicyStatement({
        actions,
        resources: [resource],
        ...(equals ? { conditions: { StringEquals: equals } } : {}),
      }),
    )

  const bus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: names.bus })
  // One statement for each source: all sources with all names together would allow pairs that do not exist.
  for (const [source, contracts = []] of Object.entries(Object.groupBy(emits, sourceOf))) {
    const detailTypes = contracts.map(({ name }) => name)
    allow(['events:PutEvents'], bus, { 'events:source': source, 'events:detail-type': detailTypes })
  }
  for (const [path, actions] of Object.entries(tables)) {
    const [table = '', index] = path.split('/')
    const resourceName = names.table(table) + (index ? `/index/${index}` : '')
    allow(
      actions.map((action) => `dynamodb:${action}`),
      stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName }),
    )
  }
  for (const secret of secrets) {
    // Secrets Manager adds a dash and six characters of its own to the name.
    const resourceName = `${{ 'link-key': names.linkKey }[secret]}-??????`
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME
    allow(
      ['secretsmanager:GetSecretValue'],
      stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat }),
    )
  }
  if (mail) {
    const resourceName = core.settings.senderEmail
    allow(['ses:SendEmail'], stack.formatArn({ service: 'ses', resource: 'identity', resourceName }), {
      'ses:FromAddress': resourceName,
    })
  }
  for (const key of new Set([...settings, ...(mail ? ['senderEmail' as const] : [])])) {
    fn.addEnvironment(variableOf(key), String(key === 'siteUrl' ? core.siteUrl : core.settings[key]))
  }
}

/** `registrationTtlSeconds` is `REGISTRATION_TTL_SECONDS`. */
const variableOf = (setting: string): string => setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

import { type EventContract, versionedNameOf } from '../../schemas/event.ts'

/** An event, and where code imports it from. */
export interface ImportableEvent {
  readonly contract: EventContract
  /** What it is exported as, e.g. `RegistrationConfirmed`. */
  readonly exportName: string
  /** E.g. `schemas/registrations.ts`. */
  readonly file: string
}

/** A file to be written. */
export interface NewFile {
  /** Relative to the repository. */
  readonly path: string
  readonly purpose: string
  readonly text: string
}

/**
 * The files of a new consumer: it works, and its test says what it does. They are valid but not formatted: how long a
 * line gets depends on the names.
 */
export const filesOf = (name: string, events: readonly ImportableEvent[]): readonly NewFile[] => [
  {
    path: `consumers/${name}/consumer.ts`,
    purpose: 'what it is: its job in a sentence, the events it takes, those it emits',
    text: declaration(events),
  },
  {
    path: `consumers/${name}/handler.ts`,
    purpose: 'what it does with each of them',
    text: handler(events),
  },
  {
    path: `consumers/${name}/infrastructure.ts`,
    purpose: 'what it needs: rights, settings, tables of its own',
    text: INFRASTRUCTURE,
  },
  {
    path: `test/unit/consumers/${name}.test.ts`,
    purpose: 'what it should do',
    text: test(name, events),
  },
]

const declaration = (events: readonly ImportableEvent[]): string => `\
import { defineConsumer } from '../../infra/runtime/consumer.ts'
${imports(events, '../../')}

export const consumer = defineConsumer({
  does: 'Notes each ${sentence(events.map(({ contract }) => versionedNameOf(contract)))} in its log.',
  events: [${events.map(({ exportName }) => exportName).join(', ')}],
})
`

const handler = (events: readonly ImportableEvent[]): string => `\
import { consume } from '../../infra/runtime/consume.ts'
import { consumer } from './consumer.ts'

export const handler = consume(consumer, {
${events.map((event) => `  ${step(event)}`).join('\n')}
})
`

/** Ids are all that a log may hold of what people typed. */
function step({ contract }: ImportableEvent): string {
  const ids = Object.keys(contract.data.shape).filter(isId).join(', ')
  const note = `'${noteOf(contract)}'`
  return ids
    ? `${keyOf(contract)}: async ({ data: { ${ids} } }, { logger }) => { logger.info(${note}, { ${ids} }) },`
    : `${keyOf(contract)}: async (_event, { logger }) => { logger.info(${note}) },`
}

const INFRASTRUCTURE = `\
import type { Consumer } from '../../infra/consumer-stack.ts'

/** Beside its rule, queue, dead letters, function and alarms. To send mail, for one, it would need \`{ mail: true }\`. */
export default function (consumer: Consumer): void {
  consumer.needs({})
}
`

const test = (name: string, events: readonly ImportableEvent[]): string => `\
import { afterAll, expect, test } from 'vitest'
${imports(events, '../../../')}
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

// It answers as AWS does and keeps what it was asked: \`aws.calls('PutEvents')\`, for one.
const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  CONSUMER: '${name}',
  // Whatever else its infrastructure gives it comes here, like SENDER_EMAIL.
  // What \`consume\` remembers is tested with it.
  POWERTOOLS_IDEMPOTENCY_DISABLED: 'true',
})
const { handler } = await import('../../../consumers/${name}/handler.ts')
afterAll(aws.close)

/** Delivers messages as the queue would, all at once; answers what the consumer wrote into its log. */
async function consume(...messages: readonly object[]): Promise<string> {
  const log = captureLog()
  expect(await handler(sqsBatch(...messages), lambdaContext)).toEqual({ batchItemFailures: [] })
  return log()
}

${events.map(testOf).join('\n')}`

function testOf({ contract, exportName }: ImportableEvent): string {
  const example = `${exportName}.example`
  const texts = Object.entries(contract.example).flatMap(([field, value]) => (typeof value === 'string' ? [field] : []))
  const [id] = texts.filter(isId)
  // A user pool's name for somebody may be the id that it gave them.
  const ids = texts.filter(isId).map((field) => contract.example[field])
  const personal = texts.filter((field) => PERSONAL.has(field) && !ids.includes(contract.example[field]))
  return `\
test('notes each ${versionedNameOf(contract)}${personal.length > 0 ? ', and nothing that a person typed' : ''}', async () => {
  const log = await consume(envelope(${exportName}))
  expect(log).toContain('"message":"${noteOf(contract)}"')
${id === undefined ? '' : `  expect(log).toContain(${example}.${id})\n`}\
${personal.map((field) => `  expect(log).not.toContain(${example}.${field})\n`).join('')}\
})
`
}

const PERSONAL = new Set([
  'name',
  'givenName',
  'familyName',
  'username',
  'email',
  'creatorEmail',
  'phone',
  'title',
  'description',
  'location',
])
const isId = (field: string): boolean => /Id$/.test(field)
const noteOf = (contract: EventContract): string => `noted ${versionedNameOf(contract)}`

/** A property's name; that of a second version has a dot in it. */
const keyOf = (contract: EventContract): string =>
  contract.version === 1 ? contract.name : `'${versionedNameOf(contract)}'`

/** One import for each file, both in order. */
const imports = (events: readonly ImportableEvent[], up: string): string =>
  Object.entries(Object.groupBy(events, ({ file }) => file))
    .map(([file, same = []]) => `import { ${same.map(({ exportName }) => exportName).join(', ')} } from '${up}${file}'`)
    .sort()
    .join('\n')

/** `A`, `A and B`, `A, B and C`. */
const sentence = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' and ')

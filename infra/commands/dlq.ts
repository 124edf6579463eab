import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { SQSClient } from '@aws-sdk/client-sqs'
import { Mistake } from '../mistake.ts'
import { unknownName } from './closest.ts'
import { type Cloud, confirm, runCommand } from './command-line.ts'
import { type DeadLetterQueue, deadLetterQueues, release, take } from './dead-letter-queues.ts'
import { type DeadLetter, describeLetter, describeLetters, explain } from './dead-letters.ts'
import { drop, moveAll, sendBack } from './redrive.ts'

const HELP = `Dead letters: events that a consumer could not do, or that could not be delivered to it.

  npm run dlq -- list                           all of them, by consumer and reason
  npm run dlq -- show CONSUMER [MESSAGE_ID]     each with its reason; one with all that is in it
  npm run dlq -- redrive CONSUMER [MESSAGE_ID]  to the consumer again, once the cause is repaired
  npm run dlq -- drop CONSUMER [MESSAGE_ID]     deletes them for good

  --yes          do not ask before deleting
`

interface Desk {
  readonly cloud: Cloud
  readonly sqs: SQSClient
  readonly logs: CloudWatchLogsClient
}

await runCommand({
  usage: 'npm run dlq --',
  help: HELP,
  options: { yes: { type: 'boolean' } },
  async run({ values, positionals, cloud: chosen }) {
    const [action = '', owner, messageId, surplus] = positionals
    const isList = action === 'list'
    if (!isList && !['show', 'redrive', 'drop'].includes(action))
      throw new Mistake(
        `Say list, show, redrive or drop${action && `, not "${action}"`}. npm run dlq -- --help explains.`,
      )
    const tooMany = isList ? owner : surplus
    if (tooMany !== undefined)
      throw new Mistake(`"${tooMany}" is too much. npm run dlq -- --help shows what goes together.`)
    if (!isList && owner === undefined) throw new Mistake(`Of which consumer? npm run dlq -- ${action} CONSUMER`)

    const cloud = chosen()
    const desk: Desk = { cloud, sqs: new SQSClient(cloud.client), logs: new CloudWatchLogsClient(cloud.client) }
    const queues = await queuesOf(desk, owner)
    const all = (await Promise.all(queues.map((queue) => look(desk, queue)))).flat()
    const letters = all.filter(({ message }) => messageId === undefined || message.messageId === messageId)
    if (letters.length === 0) {
      if (messageId !== undefined) throw new Mistake(`${owner} has no dead letter ${messageId}.`)
      return void console.log(`No dead letters ${owner === undefined ? '' : `of ${owner} `}in ${cloud.title}.`)
    }
    if (action === 'list') process.stdout.write(describeLetters(letters))
    else if (action === 'show') show(letters, messageId !== undefined)
    else if (action === 'redrive') await redrive(desk, letters, messageId !== undefined)
    else await dropAll(desk, letters, values.yes ?? false)
  },
})

/** The dead-letter queues of one, or of everybody. Throws a `Mistake` if there is no such consumer, or it has none. */
async function queuesOf({ sqs, cloud }: Desk, owner: string | undefined): Promise<readonly DeadLetterQueue[]> {
  const [{ consumers: folders }, { functionEntries }] = await Promise.all([
    import('../contracts.ts'),
    import('../bundles.ts'),
  ])
  const consumers = folders.map(({ name }) => name)
  const others = functionEntries()
    .filter(({ name, path }) => path.startsWith('consumers/') && !consumers.includes(name))
    .map(({ name }) => name)
  if (owner !== undefined && !consumers.includes(owner) && !others.includes(owner))
    throw unknownName('consumer', owner, consumers)
  const isWanted = (name: string): boolean => owner === undefined || name === owner
  const queues = await deadLetterQueues(sqs, cloud.names, {
    consumers: consumers.filter(isWanted),
    others: others.filter(isWanted),
  })
  if (queues.length > 0) return queues
  throw new Mistake(
    `${owner ?? 'Nobody'} has ${owner === undefined ? 'a' : 'no'} dead-letter queue in ${cloud.title}: is the stage ${cloud.stage} deployed there?`,
  )
}

/** What is in a queue, left where it is. */
async function look({ sqs, logs, cloud }: Desk, queue: DeadLetterQueue): Promise<readonly DeadLetter[]> {
  const messages = await take(sqs, queue)
  await release(sqs, queue, messages)
  return explain(logs, cloud.names, queue, messages)
}

function show(letters: readonly DeadLetter[], whole: boolean): void {
  process.stdout.write(letters.map((letter) => describeLetter(letter, whole)).join('\n'))
}

async function redrive({ sqs, cloud }: Desk, letters: readonly DeadLetter[], isOne: boolean): Promise<void> {
  for (const [queue, messageIds] of byQueue(letters)) {
    if (queue.kind === 'stream')
      throw new Mistake(
        `What ${queue.owner} could not do cannot be sent again: these are notices of changes of a table, which its stream keeps for a day.`,
      )
    const isMoved = queue.kind === 'failed' && !isOne
    const count = isMoved ? await moveAll(sqs, queue) : await sendBack(sqs, cloud.names, queue, messageIds)
    console.log(`${counted(count)} from ${queue.name} to ${cloud.names.queue(queue.owner)}.`)
  }
}

/** Deletes what has been looked at, and nothing that came since. */
async function dropAll({ sqs }: Desk, letters: readonly DeadLetter[], isSure: boolean): Promise<void> {
  process.stdout.write(describeLetters(letters))
  if (!isSure && !process.stdin.isTTY)
    throw new Mistake('What is dropped is gone: say --yes where nobody can be asked.')
  if (!isSure && !(await confirm(`Delete ${counted(letters.length)} for good?`, false)))
    return void console.log('Nothing was deleted.')
  for (const [queue, messageIds] of byQueue(letters))
    console.log(`${counted(await drop(sqs, queue, messageIds))} deleted from ${queue.name}.`)
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'message' : 'messages'}`
}

function byQueue(letters: readonly DeadLetter[]): readonly (readonly [DeadLetterQueue, ReadonlySet<string>])[] {
  return [...Map.groupBy(letters, ({ queue }) => queue)].map(([queue, group]) => [
    queue,
    new Set(group.map(({ message }) => message.messageId)),
  ])
}

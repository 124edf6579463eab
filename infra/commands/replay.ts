import {
  DescribeArchiveCommand,
  EventBridgeClient,
  ListRulesCommand,
  ResourceNotFoundException,
  type Rule,
} from '@aws-sdk/client-eventbridge'
import { Mistake } from '../mistake.ts'
import { type Cloud, confirm, runCommand } from './command-line.ts'
import { describePlan, planReplay, readRequest, type World } from './replay-plan.ts'
import { runReplay } from './replay-run.ts'

const HELP = `Brings archived events to their consumers again. Each does only what it has not done yet.

  npm run replay -- [options]

  --from TIME      events from this time on, like 2026-01-31T08:00:00Z or 2026-01-31 (default: all that is kept)
  --to TIME        events up to this time (default: now)
  --consumer NAME  only to this consumer; may be repeated
  --event NAME     only to the consumers of this event; may be repeated
  --rerun          have all of it done again, once, by the consumers chosen
  --yes            do not ask
`

await runCommand({
  usage: 'npm run replay --',
  help: HELP,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    consumer: { type: 'string', multiple: true },
    event: { type: 'string', multiple: true },
    rerun: { type: 'boolean' },
    yes: { type: 'boolean' },
  },
  async run({ values, positionals, cloud: chosen }) {
    const [surplus] = positionals
    if (surplus !== undefined)
      throw new Mistake(`"${surplus}" is no option of the replay. npm run replay -- --help lists them.`)
    const request = readRequest(values)
    const cloud = chosen()
    const client = new EventBridgeClient(cloud.client)
    const { archiveArn, busArn, ...world } = await survey(client, cloud)
    const plan = planReplay(request, world)
    process.stdout.write(describePlan(plan, cloud))
    if (!values.yes && !(await confirm('Go ahead?', true))) return void console.log('Nothing was started.')
    await runReplay(client, cloud, plan, { archiveArn, busArn })
  },
})

/** What there is to replay, and to whom. */
async function survey(client: EventBridgeClient, { names, stage, title }: Cloud) {
  const archive = await client.send(new DescribeArchiveCommand({ ArchiveName: names.archive })).catch((error) => {
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw new Mistake(`There is no archive ${names.archive} in ${title}: is the stage ${stage} deployed there?`)
  })
  const { ArchiveArn: archiveArn = '', EventSourceArn: busArn = '' } = archive
  const rules = (await rulesOf(client, names.bus))
    // EventBridge's own rule that feeds the archive is none of ours.
    .filter(({ ManagedBy }) => ManagedBy === undefined)
    .map(({ Name = '', Arn = '', State }) => ({ name: Name, arn: Arn, enabled: State !== 'DISABLED' }))
  const { consumers, events } = await import('../contracts.ts')
  const world: World = {
    stage,
    consumers,
    events: events.map(({ name }) => name),
    rules,
    archive: {
      createdAt: archive.CreationTime ?? new Date(0),
      retentionDays: archive.RetentionDays ?? 0,
      eventCount: archive.EventCount ?? 0,
    },
    now: new Date(),
  }
  return { archiveArn, busArn, ...world }
}

async function rulesOf(client: EventBridgeClient, EventBusName: string): Promise<readonly Rule[]> {
  const all: Rule[] = []
  for (let NextToken: string | undefined, isFirst = true; isFirst || NextToken; isFirst = false) {
    const page = await client.send(new ListRulesCommand({ EventBusName, ...(NextToken ? { NextToken } : {}) }))
    all.push(...(page.Rules ?? []))
    NextToken = page.NextToken
  }
  return all
}

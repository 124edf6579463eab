// Puts Ensemble into a comparison of local event-driven tools that drives each one through POST /register (202 with an
// `id`) and counts three effects: the PENDING record, the mail, and the event in the archive. Plain JavaScript, because
// that harness imports it under whatever Node it runs.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb'

const root = fileURLToPath(new URL('../..', import.meta.url))
const TABLE = 'ensemble-dev-registrations'
const url = (port) => `http://127.0.0.1:${port}`
const getJson = async (address) => (await fetch(address)).json()
const idIn = ({ text }) => /token=([0-9a-f-]{36})\./.exec(text)?.[1]

export default () => ({
  name: 'ensemble',
  ports: ['http', 'aws', 'front'],
  install: () => {
    execFileSync(process.execPath, [join(root, 'infra/build.ts')], { stdio: 'inherit' })
    return root
  },
  versions: { ensemble: 'this checkout' },
  commands: (ctx) => [
    {
      name: 'ensemble',
      role: 'tool',
      cmd: ctx.node,
      args: [
        join(root, 'infra/local/main.mjs'),
        ...['--port', `${ctx.ports.http}`, '--aws-port', `${ctx.ports.aws}`, '--state', join(ctx.runDir, 'state')],
      ],
    },
    {
      name: 'front',
      role: 'sidecar',
      cmd: ctx.node,
      args: [join(root, 'test/bench/peers-front.mjs'), `${ctx.ports.front}`, `${ctx.ports.http}`],
    },
  ],
  baseUrl: (ctx) => url(ctx.ports.front),
  counters: (ctx) => counters(url(ctx.ports.http), url(ctx.ports.aws)),
})

function counters(site, endpoint) {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' }
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })

  async function pendingRecords(id) {
    if (id !== undefined) {
      const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key: { registrationId: { S: id } } }))
      return Item?.status.S === 'PENDING' ? [id] : []
    }
    const ids = []
    for await (const { Items = [] } of paginateScan({ client }, { TableName: TABLE, ConsistentRead: true })) {
      ids.push(...Items.map(({ registrationId }) => registrationId.S))
    }
    return ids
  }

  async function archived(limit) {
    const events = await getJson(`${site}/_console/api/events?name=RegistrationRequested&limit=${limit}`)
    return events.map(({ detail }) => detail.data.registrationId)
  }

  return {
    countTables: async (id) => ({
      pending: await pendingRecords(id),
      audit: id === undefined ? await archived(1000) : (await archived(5)).filter((each) => each === id),
    }),
    countEmails: async (id, sinceMs) => {
      const since = id === undefined ? '' : `&since=${Math.floor(sinceMs)}`
      // The inbox is part of what gets killed: while it is down it shows none.
      const emails = await getJson(`${site}/_console/api/emails?limit=2000${since}`).catch(() => [])
      return emails.map(idIn).filter(Boolean)
    },
  }
}

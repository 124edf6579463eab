import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Mistake } from '../mistake.ts'
import { isLocal, runCommand } from './command-line.ts'
import { describeExport, finishedExport, startExport, TABLE } from './orders-export.ts'
import { statusLine } from './status-line.ts'

const HELP = `Exports the orders, as they are now, to S3, and says how to query them there with Athena.

  npm run export -- --aws [options]

Only AWS can: DynamoDB does it by itself, in some minutes, and takes nothing of the table's capacity. S3 deletes what is
exported after 30 days.
`
const PAUSE_MS = 5000

await runCommand({
  usage: 'npm run export --',
  help: HELP,
  options: {},
  async run({ positionals, cloud: chosen }) {
    const [surplus] = positionals
    if (surplus !== undefined)
      throw new Mistake(`"${surplus}" is no option of the export. npm run export -- --help lists them.`)
    const cloud = chosen()
    const table = cloud.names.table(TABLE)
    if (isLocal(cloud))
      throw new Mistake(
        `Nothing was exported: only on AWS (--aws) can DynamoDB export to S3, DynamoDB Local cannot; aws dynamodb scan --table-name ${table} --endpoint-url ${cloud.client.endpoint} shows what there is here.`,
      )
    const dynamoDb = new DynamoDBClient(cloud.client)
    const exportArn = await startExport(dynamoDb, cloud)
    console.log(`The export of ${table} has begun, and takes some minutes. Ctrl-C leaves it running.`)
    const line = statusLine()
    const tell = (seconds: number) => line.show(`${seconds} s so far`)
    const done = await finishedExport(dynamoDb, exportArn, PAUSE_MS, tell).finally(line.end)
    process.stdout.write(describeExport(done, cloud.names))
  },
})

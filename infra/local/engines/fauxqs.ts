import { AsyncLocalStorage } from 'node:async_hooks'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buildApp } from 'fauxqs'
import * as z from 'zod'
// fauxqs exports its server only, and that one listens on every interface; here it is a library behind our own endpoint.
import { PersistenceManager } from '../../../node_modules/fauxqs/dist/persistence.js'
import { S3Store } from '../../../node_modules/fauxqs/dist/s3/s3Store.js'
import { SnsStore } from '../../../node_modules/fauxqs/dist/sns/snsStore.js'
import { MessageSpy } from '../../../node_modules/fauxqs/dist/spy.js'
import { type SqsQueue, SqsStore } from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js'
import { INVALID_MESSAGE_BODY_CHAR } from '../../../node_modules/fauxqs/dist/sqs/sqsTypes.js'
import { Mistake } from '../../mistake.ts'
import { transactions } from '../database.ts'
import type { AwsRequest, AwsResponse, CloudContext } from './engine.ts'

export { type SqsQueue, SqsStore }

const Method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

/** Of one connection, and therefore not passed on; and the signature, which would choose another Region. */
const NOT_PASSED_ON = new Set(['authorization', 'connection', 'content-length', 'expect', 'transfer-encoding'])

/** Everything but surrogates that stand alone and the control characters: https://www.w3.org/TR/REC-xml/#charsets */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

export type Fauxqs = ReturnType<typeof createFauxqs>

/**
 * SQS, SNS and S3 in this process, kept in `<stateDir>/fauxqs`, without a port. `inject` answers one HTTP request of any
 * of the three; the stores are for engines that need more than the API, or need it in microseconds.
 * Throws `Mistake` if the folder cannot be read.
 */
export function createFauxqs(context: CloudContext) {
  const { persistence, database } = open(join(context.stateDir, 'fauxqs'))
  const transaction = transactions(database)
  const sqsStore = new SqsStore()
  const snsStore = new SnsStore()
  const s3Store = new S3Store()

  const spy = new MessageSpy()
  const deadLettered = new Set<(queueName: string, messageId: string) => void>()
  spy.addMessage = (message) => {
    if (message.service !== 'sqs' || message.status !== 'dlq') return
    for (const listener of deadLettered) listener(message.queueName, message.messageId)
  }
  sqsStore.spy = spy

  const createQueue = sqsStore.createQueue.bind(sqsStore)
  sqsStore.createQueue = (name, _url, arn, attributes, tags) => {
    // Also when read from disk: the endpoint may have another port than last time.
    const queue = createQueue(name, queueUrl(context, name), arn, attributes, tags)
    // One commit for a batch, and a message that moves to the dead letters is at all times in exactly one queue.
    const dequeue = queue.dequeue.bind(queue)
    queue.dequeue = (...options) => transaction(() => dequeue(...options))
    return queue
  }

  // Loaded before the stores write through, or loading would replace, and thereby cascade, what it reads.
  persistence.load(sqsStore, snsStore, s3Store)
  sqsStore.persistence = persistence
  snsStore.persistence = persistence
  s3Store.persistence = persistence
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence

  // It would refuse every character outside the basic plane, which SQS takes.
  INVALID_MESSAGE_BODY_CHAR.test = (text) => NOT_XML.test(text)

  const app = buildApp({
    logger: false,
    defaultRegion: context.region,
    stores: { sqsStore, snsStore, s3Store },
  })

  // Its server refuses a body of more than 11 MiB, and makes none of an empty one: an object's goes around it.
  const objects = new AsyncLocalStorage<Buffer>()
  app.addHook('preValidation', (request, _reply, done) => {
    request.body = objects.getStore() ?? request.body
    done()
  })

  async function inject({ method, url, headers, body }: AwsRequest): Promise<AwsResponse> {
    const response = await app.inject({
      method: Method.parse(method),
      url,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name))),
      payload: body,
    })
    return {
      status: response.statusCode,
      headers: Object.fromEntries(
        Object.entries(response.headers).flatMap(([name, value]) =>
          value === undefined || (NOT_PASSED_ON.has(name) && !(method === 'HEAD' && name === 'content-length'))
            ? []
            : [[name, String(value)]],
        ),
      ),
      body: response.rawPayload,
    }
  }

  /** Answers one request of S3. */
  const injectObject = (request: AwsRequest): Promise<AwsResponse> =>
    objects.run(request.body, () => inject({ ...request, body: Buffer.alloc(0) }))

  /** Ends long polls and closes the files; what was accepted is on disk already. */
  async function close(): Promise<void> {
    await app.close()
    persistence.close()
  }

  return {
    app,
    sqsStore,
    snsStore,
    s3Store,
    transaction,
    /** Calls `listener` for each message that is moved to a dead-letter queue because it was received too often. */
    onDeadLettered: (listener: (queueName: string, messageId: string) => void) => deadLettered.add(listener),
    inject,
    injectObject,
    close,
  }
}

const queueUrl = ({ endpoint, account }: CloudContext, name: string): string => `${endpoint}/${account}/${name}`

function open(folder: string): { persistence: PersistenceManager; database: DatabaseSync } {
  try {
    const persistence = new PersistenceManager(folder)
    const database: unknown = Reflect.get(persistence, 'db')
    if (!(database instanceof DatabaseSync)) throw new Error('fauxqs keeps its data in an unknown way')
    // The journal is written ahead already; this leaves out the wait for the disk, which only a power cut would miss.
    database.exec('PRAGMA synchronous = NORMAL')
    // Its own statement sets a column to NULL that must not be, so that a message put back at once would be lost.
    const putBack = database.prepare(
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
    )
    persistence.updateMessageReady = (messageId) => {
      putBack.run(messageId)
    }
    return { persistence, database }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Mistake(
      `The queues and buckets in ${folder} cannot be read (${reason}); start with --fresh to begin anew`,
    )
  }
}

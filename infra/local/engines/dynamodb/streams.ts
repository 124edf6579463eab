import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { DynamoDbClient } from './client.ts'

/** A change as `GetRecords` answers it, attributes in DynamoDB's JSON. */
export type StreamRecord = z.output<typeof StreamRecord>
const StreamRecord = z.looseObject({
  eventID: z.string(),
  eventName: z.string(),
  awsRegion: z.string(),
  userIdentity: z.object({ Type: z.string(), PrincipalId: z.string() }).optional(),
  dynamodb: z.looseObject({ SequenceNumber: z.string(), ApproximateCreationDateTime: z.number() }),
})

export interface Shard {
  readonly shardId: string
  readonly parentShardId?: string | undefined
}

/** A table's stream, read as Lambda reads it. */
export interface Streams {
  readonly shards: (streamArn: string) => Promise<readonly Shard[]>
  /** From the record after `sequenceNumber`; from the oldest that is kept if there is none or it is gone. */
  readonly iterator: (streamArn: string, shardId: string, sequenceNumber?: string) => Promise<string>
  /** At most `limit` records in order; no `next` when the shard is closed and read to its end. */
  readonly records: (
    iterator: string,
    limit: number,
  ) => Promise<{ readonly records: readonly StreamRecord[]; readonly next: string | undefined }>
}

const API = 'DynamoDBStreams_20120810'

// Its ARNs name a Region that does not exist.
const THEIRS = 'arn:aws:dynamodb:ddblocal:'
const oursOf = (region: string): string => `arn:aws:dynamodb:${region}:`
/** ARNs as DynamoDB Local spells them, wherever they are in a text. */
export const toTheirs = (text: string, region: string): string => text.replaceAll(oursOf(region), THEIRS)
/** The same the other way round. */
export const toOurs = (text: string, region: string): string => text.replaceAll(THEIRS, oursOf(region))

/**
 * What DynamoDB Local should have answered: what TTL deletes has a name of its own there, which no SDK knows.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
const corrected = (record: StreamRecord, region: string): StreamRecord => ({
  ...record,
  awsRegion: region,
  ...(record.eventName === 'UNKNOWN_TO_SDK_VERSION'
    ? { eventName: 'REMOVE', userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } }
    : {}),
})

const Records = z.looseObject({ Records: z.array(StreamRecord), NextShardIterator: z.string().optional() })

/** A `GetRecords` answer put right. */
export function correctedRecords(answer: unknown, region: string): z.output<typeof Records> {
  const { Records: records, NextShardIterator, ...rest } = Records.parse(answer)
  return {
    ...rest,
    Records: records.map((record) => corrected(record, region)),
    ...(NextShardIterator === undefined ? {} : { NextShardIterator: toOurs(NextShardIterator, region) }),
  }
}

/** What was asked for is no longer kept, or so it says. */
export const isTrimmed = (error: unknown): boolean =>
  error instanceof AwsError && error.code === 'TrimmedDataAccessException'

/**
 * The streams of all tables. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 */
export function streamsOf(client: DynamoDbClient, region: string): Streams {
  const call = <Output extends z.ZodType>(operation: string, input: object, output: Output) =>
    client.call(`${API}.${operation}`, input, output)

  async function iterator(streamArn: string, shardId: string, sequenceNumber?: string): Promise<string> {
    const position =
      sequenceNumber === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber }
    const input = { StreamArn: toTheirs(streamArn, region), ShardId: shardId, ...position }
    try {
      return (await call('GetShardIterator', input, z.object({ ShardIterator: z.string() }))).ShardIterator
    } catch (error) {
      if (isTrimmed(error) && sequenceNumber !== undefined) return iterator(streamArn, shardId)
      throw error
    }
  }

  return {
    async shards(streamArn) {
      const shards: Shard[] = []
      let from: string | undefined
      do {
        const input = { StreamArn: toTheirs(streamArn, region), ...(from ? { ExclusiveStartShardId: from } : {}) }
        const { StreamDescription } = await call('DescribeStream', input, Description)
        for (const { ShardId, ParentShardId } of StreamDescription.Shards)
          shards.push({ shardId: ShardId, parentShardId: ParentShardId })
        from = StreamDescription.LastEvaluatedShardId
      } while (from)
      return shards
    },
    iterator,
    async records(from, limit) {
      const answer = await call('GetRecords', { ShardIterator: toTheirs(from, region), Limit: limit }, z.unknown())
      const { Records: records, NextShardIterator: next } = correctedRecords(answer, region)
      return { records, next }
    },
  }
}

const Description = z.object({
  StreamDescription: z.object({
    Shards: z.array(z.object({ ShardId: z.string(), ParentShardId: z.string().optional() })),
    LastEvaluatedShardId: z.string().optional(),
  }),
})

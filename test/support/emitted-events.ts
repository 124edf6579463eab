import * as z from 'zod'
import { Metadata } from '../../schemas/event.ts'
import type { AwsEndpoint } from './aws-endpoint.ts'

const Put = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) })
const Detail = z.object({ metadata: Metadata, data: z.record(z.string(), z.unknown()) })

/** The events that were put on the bus so far, oldest first. */
export const emittedEvents = (aws: AwsEndpoint) =>
  aws
    .calls('PutEvents')
    .flatMap((input) => Put.parse(input).Entries)
    .map((entry) => ({ name: entry.DetailType, ...Detail.parse(JSON.parse(entry.Detail)) }))

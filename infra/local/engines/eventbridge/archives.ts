import * as z from 'zod'
import { AwsError, type CloudContext } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import { Paging, pageOf } from '../paging.ts'
import type { ArchiveStore } from './archive-store.ts'
import { type Catalog, notFound } from './catalog.ts'
import type { Journal } from './journal.ts'
import type { Archive } from './model.ts'

const ArchiveName = z.string().regex(/^[.\-_A-Za-z0-9]{1,48}$/)

const OneArchive = z.object({ ArchiveName })
const Changeable = {
  Description: z.string().max(512).optional(),
  EventPattern: z.string().max(4096).optional(),
  RetentionDays: z.number().int().min(0).optional(),
}
const CreateArchive = OneArchive.extend({ EventSourceArn: z.string().min(1).max(1600), ...Changeable })
const ListArchives = z.object({
  NamePrefix: z.string().max(48).optional(),
  EventSourceArn: z.string().optional(),
  State: z.string().optional(),
  ...Paging,
})

/**
 * The operations on archives, by name. An event is in its archives as soon as PutEvents has answered.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
 */
export function archiveOperations(
  context: CloudContext,
  { catalog, journal, store }: { catalog: Catalog; journal: Journal; store: ArchiveStore },
): Readonly<Record<string, Operation>> {
  const archiveNamed = (name: string): Archive =>
    catalog.archives.get(name) ?? notFound(`Archive ${name} does not exist.`)

  const summary = (archive: Archive) => {
    journal.transaction(() => store.expire(archive))
    const { events, bytes } = store.totals(archive)
    return {
      ArchiveName: archive.name,
      EventSourceArn: catalog.arns.bus(archive.bus),
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: archive.createdAt / 1000,
    }
  }
  const answer = ({ name, createdAt }: Archive) => ({
    ArchiveArn: catalog.arns.archive(name),
    State: 'ENABLED',
    CreationTime: createdAt / 1000,
  })

  return {
    CreateArchive: operation(CreateArchive, (input) => {
      const bus = catalog.bus(input.EventSourceArn).name
      if (catalog.archives.get(input.ArchiveName)) {
        throw new AwsError('ResourceAlreadyExistsException', `Archive ${input.ArchiveName} already exists.`)
      }
      const archive: Archive = {
        name: input.ArchiveName,
        bus,
        description: input.Description,
        eventPattern: input.EventPattern || undefined,
        retentionDays: input.RetentionDays ?? 0,
        createdAt: context.now(),
      }
      catalog.archives.put(archive)
      return answer(archive)
    }),

    UpdateArchive: operation(OneArchive.extend(Changeable), (input) => {
      const before = archiveNamed(input.ArchiveName)
      const { Description, EventPattern, RetentionDays } = input
      if (Description === undefined && EventPattern === undefined && RetentionDays === undefined) {
        throw new AwsError(
          'ValidationException',
          'At least one of EventPattern, RetentionDays or Description must be provided.',
        )
      }
      const archive: Archive = {
        ...before,
        description: Description ?? before.description,
        eventPattern: EventPattern === undefined ? before.eventPattern : EventPattern || undefined,
        retentionDays: RetentionDays ?? before.retentionDays,
      }
      catalog.archives.put(archive)
      return answer(archive)
    }),

    DescribeArchive: operation(OneArchive, (input) => {
      const archive = archiveNamed(input.ArchiveName)
      return {
        ...summary(archive),
        ArchiveArn: catalog.arns.archive(archive.name),
        Description: archive.description,
        EventPattern: archive.eventPattern,
      }
    }),

    ListArchives: operation(ListArchives, ({ NamePrefix = '', EventSourceArn, State, ...paging }) => {
      const archives = catalog.archives
        .all()
        .filter(({ name }) => name.startsWith(NamePrefix))
        .filter(({ bus }) => EventSourceArn === undefined || bus === catalog.arns.busName(EventSourceArn))
        .filter(() => State === undefined || State === 'ENABLED')
      const { items, ...next } = pageOf(archives, ({ name }) => name, paging)
      return { Archives: items.map(summary), ...next }
    }),

    DeleteArchive: operation(OneArchive, (input) => {
      const archive = archiveNamed(input.ArchiveName)
      journal.transaction(() => store.clear(archive.name))
      catalog.archives.delete(archive)
    }),
  }
}

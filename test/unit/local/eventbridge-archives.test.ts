import {
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  ListArchivesCommand,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { ARCHIVE, archive, arn, BUS, described, START } from './eventbridge-archive.ts'
import { put, running } from './eventbridge-bus.ts'

const DAY = 86_400_000
const error = (name: string, message: string) => ({ name, message })

describe('archives', () => {
  test('keep what matches from when they are created, and count it at once', async () => {
    const { client } = await running()
    await put(client, { size: 'L' })
    const created = await archive(client, {
      EventPattern: '{"detail":{"size":["L"]}}',
      Description: 'Large',
      RetentionDays: 3,
    })
    expect(created).toMatchObject({ ArchiveArn: ARCHIVE, State: 'ENABLED', CreationTime: expect.any(Date) })
    await put(client, { size: 'S' })
    await put(client, { size: 'L' })
    const { SizeBytes, ...rest } = await described(client)
    expect(rest).toMatchObject({
      ArchiveName: 'kept',
      ArchiveArn: ARCHIVE,
      EventSourceArn: BUS,
      Description: 'Large',
      EventPattern: '{"detail":{"size":["L"]}}',
      RetentionDays: 3,
      State: 'ENABLED',
      EventCount: 1,
    })
    expect(SizeBytes).toBeGreaterThan(100)
  })

  test('are changed, listed and deleted', async () => {
    const { client } = await running()
    await client.send(new CreateEventBusCommand({ Name: 'mine' }))
    await archive(client)
    await archive(client, { ArchiveName: 'mine', EventSourceArn: arn('event-bus/mine') })
    await client.send(new UpdateArchiveCommand({ ArchiveName: 'kept', EventPattern: '{"source":["no"]}' }))
    await put(client)
    expect(await described(client)).toMatchObject({
      EventCount: 0,
      RetentionDays: 0,
      EventPattern: '{"source":["no"]}',
    })
    const names = async (input: object) =>
      (await client.send(new ListArchivesCommand(input))).Archives?.map(({ ArchiveName }) => ArchiveName)
    expect(await names({})).toEqual(['kept', 'mine'])
    expect(await names({ NamePrefix: 'm' })).toEqual(['mine'])
    expect(await names({ EventSourceArn: BUS })).toEqual(['kept'])
    expect(await names({ State: 'DISABLED' })).toEqual([])
    await client.send(new DeleteArchiveCommand({ ArchiveName: 'kept' }))
    expect(await names({})).toEqual(['mine'])
    await archive(client)
    expect(await described(client)).toMatchObject({ EventCount: 0 })
  })

  test('let go of what they have kept for their days', async () => {
    let now = START
    const { client, eventBridge } = await running({ context: { now: () => now } })
    await archive(client, { RetentionDays: 2 })
    await archive(client, { ArchiveName: 'for-ever' })
    await put(client)
    now += 1.5 * DAY
    await put(client)
    expect(await described(client)).toMatchObject({ EventCount: 2 })
    now += DAY
    expect(await described(client)).toMatchObject({ EventCount: 1 })
    expect(await described(client, 'for-ever')).toMatchObject({ EventCount: 2 })
    expect(eventBridge.recent({})).toHaveLength(2)
  })

  test('refuse what cannot be', async () => {
    const { client } = await running()
    await archive(client)
    await expect(archive(client)).rejects.toMatchObject(
      error('ResourceAlreadyExistsException', 'Archive kept already exists.'),
    )
    await expect(archive(client, { ArchiveName: 'x', EventSourceArn: arn('event-bus/no') })).rejects.toMatchObject(
      error('ResourceNotFoundException', 'Event bus no does not exist.'),
    )
    await expect(archive(client, { ArchiveName: 'x', EventPattern: '{}' })).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
    })
    await expect(archive(client, { ArchiveName: 'x'.repeat(49) })).rejects.toMatchObject({
      name: 'ValidationException',
    })
    await expect(client.send(new UpdateArchiveCommand({ ArchiveName: 'kept' }))).rejects.toMatchObject(
      error('ValidationException', 'At least one of EventPattern, RetentionDays or Description must be provided.'),
    )
    for (const Command of [DescribeArchiveCommand, DeleteArchiveCommand]) {
      await expect(client.send(new Command({ ArchiveName: 'x' }))).rejects.toMatchObject(
        error('ResourceNotFoundException', 'Archive x does not exist.'),
      )
    }
  })
})

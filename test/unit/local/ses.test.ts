import {
  GetSendQuotaCommand,
  ListIdentitiesCommand,
  ListTemplatesCommand,
  SESClient,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-ses'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createSes } from '../../../infra/local/engines/ses.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const mail = {
  Source: 'Ensemble <no-reply@example.com>',
  Destination: { ToAddresses: ['ann@example.com'] },
  Message: {
    Subject: { Data: 'Grüße & <more>', Charset: 'UTF-8' },
    Body: { Text: { Data: 'plain\r\ntext' }, Html: { Data: '<b>Grüße</b>', Charset: 'UTF-8' } },
  },
} satisfies SendEmailCommandInput

async function start(stateDir?: string) {
  const context = cloudContext(stateDir)
  const ses = createSes(context)
  const client = new SESClient(await awsEndpoint(ses))
  onTestFinished(() => client.destroy())
  return {
    context,
    ses,
    client,
    send: (input: Partial<SendEmailCommandInput> = {}) => client.send(new SendEmailCommand({ ...mail, ...input })),
  }
}

describe('SendEmail', () => {
  test('keeps the mail as it was sent, and says that it came', async () => {
    const { ses, send } = await start()
    const listener = vi.fn(() => expect(ses.emails()).toHaveLength(1))
    ses.onEmail(listener)
    const { MessageId } = await send({ ReplyToAddresses: ['help@example.com'] })
    expect(ses.emails()).toEqual([
      {
        id: MessageId,
        to: ['ann@example.com'],
        from: 'Ensemble <no-reply@example.com>',
        replyTo: ['help@example.com'],
        subject: 'Grüße & <more>',
        text: 'plain\r\ntext',
        html: '<b>Grüße</b>',
        sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    ])
    expect(listener).toHaveBeenCalledOnce()
  })

  test('keeps every recipient', async () => {
    const { ses, send } = await start()
    const addresses = (name: string) => Array.from({ length: 12 }, (_, index) => `${name}${index}@example.com`)
    await send({
      Destination: { ToAddresses: addresses('to'), CcAddresses: addresses('cc'), BccAddresses: addresses('bcc') },
    })
    expect(ses.emails()[0]?.to).toEqual([...addresses('to'), ...addresses('cc'), ...addresses('bcc')])
    expect(ses.emails({ to: 'BCC11@example.com' })).toHaveLength(1)
  })

  test('has it on disk before it answers', async () => {
    const stateDir = temporaryFolder()
    const { send } = await start(stateDir)
    const { MessageId } = await send()
    const reopened = createSes(cloudContext(stateDir))
    expect(reopened.emails({ to: 'ann@example.com' }).map(({ id }) => id)).toEqual([MessageId])
  })

  test.for<[string, Partial<SendEmailCommandInput>]>([
    ['a line break in a recipient', { Destination: { ToAddresses: ['ann@example.com\r\nBcc: eve@example.com'] } }],
    ['a line break in a display name', { Source: 'A\r\nBcc: eve@example.com <no-reply@example.com>' }],
    ['a line break in Reply-To', { ReplyToAddresses: ['a@example.com\nX: y'] }],
    ['several addresses in one', { Destination: { ToAddresses: ['ann@example.com, eve@example.com'] } }],
    ['no domain', { Destination: { ToAddresses: ['ann'] } }],
    ['no local part', { Destination: { CcAddresses: ['@example.com'] } }],
    ['no recipient', { Destination: { ToAddresses: [] } }],
    ['51 recipients', { Destination: { ToAddresses: Array.from({ length: 51 }, (_, i) => `a${i}@example.com`) } }],
    ['a line break in the subject', { Message: { ...mail.Message, Subject: { Data: 'a\nBcc: eve@example.com' } } }],
    ['an unknown charset', { Message: { ...mail.Message, Subject: { Data: 'a', Charset: 'klingon' } } }],
  ])('refuses %s and keeps nothing', async ([, input]) => {
    const { ses, send } = await start()
    await expect(send(input)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    expect(ses.emails()).toEqual([])
  })

  test('names what is missing', async () => {
    const { send } = await start()
    await expect(send({ Source: undefined })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("Value null at 'source'"),
    })
  })

  test('knows the configuration sets of the template', async () => {
    const { ses, send } = await start()
    await expect(send({ ConfigurationSetName: 'mails' })).rejects.toMatchObject({
      name: 'ConfigurationSetDoesNotExistException',
    })
    expect((await provision(ses, 'AWS::SES::ConfigurationSet', { Name: 'mails' })).ref).toBe('mails')
    await send({ ConfigurationSetName: 'mails' })
  })
})

test('lists newest first, by recipient, time and number', async () => {
  let now = 1_000
  const context = cloudContext(undefined, { now: () => now })
  const ses = createSes(context)
  const client = new SESClient(await awsEndpoint(ses))
  onTestFinished(() => client.destroy())
  for (const name of ['ann', 'bob', 'ann']) {
    now += 1_000
    await client.send(new SendEmailCommand({ ...mail, Destination: { ToAddresses: [`${name}@example.com`] } }))
  }
  const times = (filter: Parameters<typeof ses.emails>[0]) => ses.emails(filter).map(({ sentAt }) => Date.parse(sentAt))
  expect(times({})).toEqual([4_000, 3_000, 2_000])
  expect(times({ to: 'ann@example.com' })).toEqual([4_000, 2_000])
  expect(times({ since: 3_000 })).toEqual([4_000, 3_000])
  expect(times({ to: 'ann@example.com', limit: 1 })).toEqual([4_000])
})

test('a new start forgets mails, and whom they were for, after 90 days', () => {
  const stateDir = temporaryFolder()
  const startAt = (day: number) => {
    const context = cloudContext(stateDir, { now: () => day * 86_400_000 })
    return { ...context, ...createSes(context) }
  }
  const content = { from: 'no-reply@example.com', to: ['ann@example.com'], subject: '', text: '', html: '' }
  startAt(0).send(content)
  const id = startAt(1).send(content)
  const { emails, database } = startAt(90.5)
  expect(emails({ to: 'ann@example.com' }).map((email) => email.id)).toEqual([id])
  expect(database.prepare('SELECT address FROM ses_recipients').all()).toHaveLength(1)
})

test('GetSendQuota counts recipients of the last day', async () => {
  const { client, send } = await start()
  await send({ Destination: { ToAddresses: ['a@example.com', 'b@example.com'] } })
  expect(await client.send(new GetSendQuotaCommand())).toMatchObject({ Max24HourSend: -1, SentLast24Hours: 2 })
})

test('ListIdentities answers the identities of the template', async () => {
  const { ses, client } = await start()
  await provision(ses, 'AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' })
  expect(await client.send(new ListIdentitiesCommand())).toMatchObject({ Identities: ['example.com'] })
})

test('refuses any other action by name, at once', async () => {
  const { client } = await start()
  await expect(client.send(new ListTemplatesCommand())).rejects.toMatchObject({
    name: 'InvalidAction',
    message: 'Could not find operation ListTemplates for version 2010-12-01',
  })
})

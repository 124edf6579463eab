import { SESClient, SendRawEmailCommand, type SendRawEmailCommandInput } from '@aws-sdk/client-ses'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseMime } from '../../../infra/local/engines/ses/mime.ts'
import { createSes } from '../../../infra/local/engines/ses.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext } from './cloud-context.ts'

const message = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'))

describe('an Internet message', () => {
  test('has its text, its HTML and no attached file', () => {
    const html = Buffer.from('<b>Grüße</b>', 'latin1').toString('base64')
    const {
      headers,
      text,
      html: read,
    } = parseMime(
      message(
        'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?UTF-8?B?IPCfmYI=?=',
        ' and more',
        'Content-Type: multipart/mixed; boundary="a+b"',
        '',
        'This is a message in several parts.',
        '--a+b',
        'Content-Type: multipart/alternative;',
        '  boundary=inner',
        '',
        '--inner',
        'Content-Transfer-Encoding: quoted-printable',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Gr=C3=BC=C3=9Fe, 1+1=3D2 =',
        'on one line',
        '--inner',
        'Content-Type: text/html; charset="iso-8859-1"',
        'Content-Transfer-Encoding: base64',
        '',
        html,
        '--inner--',
        '--a+b',
        'Content-Type: text/plain',
        'Content-Disposition: attachment; filename=a.txt',
        '',
        'a file',
        '--a+b--',
        'nothing',
      ),
    )
    expect(headers.get('subject')).toBe('Grüße 🙂 and more')
    expect(text).toBe('Grüße, 1+1=2 on one line')
    expect(read).toBe('<b>Grüße</b>')
  })

  test.each([
    ['no headers', ['', 'body'], 'body'],
    ['nothing but headers', ['Subject: x'], ''],
    ['bare line feeds', ['Subject: x\n\na\nb'], 'a\nb'],
    ['an unknown charset', ['Content-Type: text/plain; charset=klingon', '', 'Qapla'], 'Qapla'],
    ['a boundary that never comes', ['Content-Type: multipart/mixed; boundary=x', '', 'lost'], ''],
  ])('with %s is read all the same', (_, lines, text) => {
    expect(parseMime(message(...lines))).toMatchObject({ text, html: '' })
  })

  test('of ten megabytes is read at once', () => {
    const body = 'a line of a very long mail\r\n'.repeat(400_000)
    expect(parseMime(message('Subject: x', '', body)).text).toHaveLength(body.length)
  })
})

describe('SendRawEmail', () => {
  async function start() {
    const ses = createSes(cloudContext())
    const client = new SESClient(await awsEndpoint(ses))
    onTestFinished(() => client.destroy())
    return {
      ses,
      send: (Data: Buffer, input: Partial<SendRawEmailCommandInput> = {}) =>
        client.send(new SendRawEmailCommand({ RawMessage: { Data }, ...input })),
    }
  }
  const HEADERS = [
    'From: "Ensemble, Inc." <no-reply@example.com>',
    'To: "Lovelace, Ada" <ada@example.com>, bob@example.com',
    'Cc: carl@example.com',
    'Reply-To: help@example.com',
    'Subject: Hello',
    '',
    'Text',
  ]

  test('sends to whom the headers name', async () => {
    const { ses, send } = await start()
    const { MessageId } = await send(message(...HEADERS))
    expect(ses.emails({ to: 'ADA@example.com' })).toMatchObject([
      {
        id: MessageId,
        from: '"Ensemble, Inc." <no-reply@example.com>',
        to: ['"Lovelace, Ada" <ada@example.com>', 'bob@example.com', 'carl@example.com'],
        replyTo: ['help@example.com'],
        subject: 'Hello',
        text: 'Text',
        html: '',
      },
    ])
  })

  test('sends to whom the call names, if it does', async () => {
    const { ses, send } = await start()
    await send(message(...HEADERS), { Source: 'me@example.com', Destinations: ['dora@example.com'] })
    expect(ses.emails()).toMatchObject([{ from: 'me@example.com', to: ['dora@example.com'] }])
  })

  test.each([
    ['From', "Missing required header 'From'."],
    ['To', "Empty required header 'To'."],
  ])('needs the header %s', async (name, problem) => {
    const { send } = await start()
    const without = HEADERS.filter((line) => !line.startsWith(`${name}:`) && !line.startsWith('Cc:'))
    await expect(send(message(...without))).rejects.toMatchObject({ name: 'InvalidParameterValue', message: problem })
  })
})

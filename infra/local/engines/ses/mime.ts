/** A message as far as an inbox shows it. */
export interface MimeMessage {
  /** Of a header, by its name in lower case: unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly html: string
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  /** Each character is a byte. */
  readonly body: string
}

/**
 * Reads an Internet message: its headers, and the first text and the first HTML that are not attached files.
 * https://www.rfc-editor.org/rfc/rfc5322 and https://www.rfc-editor.org/rfc/rfc2045
 */
export function parseMime(raw: Buffer): MimeMessage {
  const message = partOf(raw.toString('latin1'))
  const leaves = leavesOf(message)
  const first = (type: string) => {
    const leaf = leaves.find((part) => contentType(part).type === type && !isAttached(part))
    return leaf ? content(leaf) : ''
  }
  const headers = [...message.headers].map(([name, value]) => [name, decodedWords(value)] as const)
  return { headers: new Map(headers), text: first('text/plain'), html: first('text/html') }
}

/** The mailboxes in a header such as To: split where a comma is not part of a quoted name. */
export const mailboxesIn = (value = ''): readonly string[] =>
  (value.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? []).map((mailbox) => mailbox.trim()).filter(Boolean)

function partOf(source: string): Part {
  const gap = /(?:^|\r?\n)\r?\n/.exec(source)
  const headers = source
    .slice(0, gap?.index)
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name.toLowerCase(), inUtf8(value)] as const]
    })
  return { headers: new Map(headers), body: gap ? source.slice(gap.index + gap[0].length) : '' }
}

/** The parts that are not made of parts. */
function leavesOf(part: Part): readonly Part[] {
  const { type, boundary } = contentType(part)
  if (!type.startsWith('multipart/') || boundary === undefined) return [part]
  const [, ...parts] = `\n${part.body}`.split(new RegExp(`\r?\n--${RegExp.escape(boundary)}(?=\r?\n|--|[ \t])`))
  // What follows the last boundary, the one with two dashes more, is no part.
  return parts
    .filter((each) => !each.startsWith('--'))
    .flatMap((each) => leavesOf(partOf(each.replace(/^[ \t]*\r?\n/, ''))))
}

function contentType({ headers }: Part) {
  const value = headers.get('content-type') ?? 'text/plain'
  const parameter = (name: string) => {
    const [, quoted, plain] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(value) ?? []
    return quoted ?? plain
  }
  const [type = ''] = value.split(';')
  return { type: type.trim().toLowerCase(), boundary: parameter('boundary'), charset: parameter('charset') }
}

const isAttached = ({ headers }: Part): boolean => /^attachment\b/i.test(headers.get('content-disposition') ?? '')

function content(part: Part): string {
  const { charset } = contentType(part)
  const encoding = part.headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return decoded(Buffer.from(part.body, 'base64'), charset)
  const unbroken = part.body.replace(/=[ \t]*\r?\n/g, '')
  return decoded(encoding === 'quoted-printable' ? hexDecoded(unbroken) : Buffer.from(part.body, 'latin1'), charset)
}

/** Words such as `=?utf-8?q?Gr=C3=BC=C3=9Fe?=`: https://www.rfc-editor.org/rfc/rfc2047 */
const decodedWords = (text: string): string =>
  text
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, word: string) =>
      decoded(/b/i.test(encoding) ? Buffer.from(word, 'base64') : hexDecoded(word.replaceAll('_', ' ')), charset),
    )

const hexDecoded = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

function decoded(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    // An unknown charset: what is ASCII can be read all the same.
    return bytes.toString()
  }
}

const inUtf8 = (text: string): string => Buffer.from(text, 'latin1').toString()

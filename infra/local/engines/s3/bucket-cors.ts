import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { AwsError, type AwsRequest } from '../engine.ts'
import { element } from '../query-service.ts'
import { CorsRule } from './cors.ts'

/** The CORS rules of buckets, kept in the database. */
export interface BucketCors {
  readonly rulesOf: (bucket: string) => readonly CorsRule[]
  readonly set: (bucket: string, rules: readonly CorsRule[]) => void
  /** Answers GET, PUT and DELETE of a bucket's `?cors` as XML. Throws `AwsError`. */
  readonly answer: (bucket: string, request: AwsRequest) => string
}

const Rules = z.array(CorsRule)
const Row = z.object({ bucket: z.string(), rules: z.string() })
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export function openBucketCors(database: DatabaseSync): BucketCors {
  database.exec('CREATE TABLE IF NOT EXISTS s3_cors (bucket TEXT PRIMARY KEY, rules TEXT NOT NULL) STRICT')
  const save = database.prepare('INSERT OR REPLACE INTO s3_cors (bucket, rules) VALUES (?, ?)')
  const rows = z.array(Row).parse(database.prepare('SELECT bucket, rules FROM s3_cors').all())
  const held = new Map(rows.map(({ bucket, rules }) => [bucket, Rules.parse(JSON.parse(rules))]))

  function set(bucket: string, rules: readonly CorsRule[]): void {
    save.run(bucket, JSON.stringify(rules))
    held.set(bucket, [...rules])
  }
  const rulesOf = (bucket: string) => held.get(bucket) ?? []

  return {
    rulesOf,
    set,
    answer(bucket, { method, body }) {
      if (method === 'GET') {
        const rules = rulesOf(bucket)
        if (rules.length > 0) return written(rules)
        throw new AwsError('NoSuchCORSConfiguration', 'The CORS configuration does not exist', 404)
      }
      set(bucket, method === 'PUT' ? read(body.toString()) : [])
      return ''
    },
  }
}

const written = (rules: readonly CorsRule[]): string =>
  `<CORSConfiguration>${rules.map((rule) => `<CORSRule>${elementsOf(rule)}</CORSRule>`).join('')}</CORSConfiguration>`

const elementsOf = (rule: CorsRule): string =>
  [
    ...(rule.Id === undefined ? [] : [element('ID', rule.Id)]),
    ...rule.AllowedMethods.map((method) => element('AllowedMethod', method)),
    ...rule.AllowedOrigins.map((origin) => element('AllowedOrigin', origin)),
    ...rule.AllowedHeaders.map((header) => element('AllowedHeader', header)),
    ...rule.ExposedHeaders.map((header) => element('ExposeHeader', header)),
    ...(rule.MaxAge === undefined ? [] : [element('MaxAgeSeconds', String(rule.MaxAge))]),
  ].join('')

function read(xml: string): readonly CorsRule[] {
  const rules = [...xml.matchAll(/<CORSRule>([\s\S]*?)<\/CORSRule>/g)].map(([, inner = '']) => {
    const [id] = textsIn(inner, 'ID')
    const [maxAge] = textsIn(inner, 'MaxAgeSeconds')
    return {
      ...(id === undefined ? {} : { Id: id }),
      AllowedMethods: textsIn(inner, 'AllowedMethod'),
      AllowedOrigins: textsIn(inner, 'AllowedOrigin'),
      AllowedHeaders: textsIn(inner, 'AllowedHeader'),
      ExposedHeaders: textsIn(inner, 'ExposeHeader'),
      ...(maxAge === undefined ? {} : { MaxAge: maxAge }),
    }
  })
  const { data, success } = Rules.min(1).safeParse(rules)
  if (
    !success ||
    data.some(({ AllowedMethods, AllowedOrigins }) => AllowedMethods.length * AllowedOrigins.length === 0)
  )
    throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate')
  const wrong = data.flatMap(({ AllowedMethods }) => AllowedMethods).find((method) => !METHODS.has(method))
  if (wrong === undefined) return data
  throw new AwsError('InvalidRequest', `Found unsupported HTTP method in CORS config. Unsupported method is ${wrong}`)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const textsIn = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.trim().replace(/&(amp|lt|gt|quot|apos);/g, (_, entity) => ENTITIES[entity] ?? ''),
  )

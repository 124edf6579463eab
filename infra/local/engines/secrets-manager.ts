import { randomInt, randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AwsError, type CloudContext, type Engine, resourceType } from './engine.ts'
import { jsonService, operation } from './json-service.ts'
import { pageOf } from './paging.ts'
import { physicalName } from './physical-name.ts'
import { GenerateSecretString, generateSecretString } from './secrets-manager/generate.ts'

/** The newest version is AWSCURRENT, the one before it AWSPREVIOUS; without a label AWS too forgets a version. */
const Version = z.object({
  id: z.string(),
  createdAt: z.number(),
  text: z.string().optional(),
  /** In base64. */
  binary: z.string().optional(),
})
type Version = z.output<typeof Version>

const Secret = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string(),
  created_at: z.number(),
  changed_at: z.number(),
  origin: z.string(),
  versions: z.string().transform((json) => z.array(Version).parse(JSON.parse(json))),
})
type Secret = z.output<typeof Secret>

const STAGES = ['AWSCURRENT', 'AWSPREVIOUS'] as const
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const ignored = z.unknown().optional()

const SecretProperties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().default(''),
  SecretString: z.string().optional(),
  GenerateSecretString: GenerateSecretString.optional(),
  // Secrets are kept in clear here, in a folder that is the developer's own.
  KmsKeyId: ignored,
  ReplicaRegions: ignored,
  Tags: ignored,
  Type: ignored,
})

const SecretId = z.strictObject({ SecretId: z.string().min(1) })

/**
 * Secrets Manager. A generated secret is generated once and then kept, as CloudFormation does.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export function createSecretsManager({ database, account, region, now }: CloudContext): Engine {
  database.exec(`
    CREATE TABLE IF NOT EXISTS secrets (
      name TEXT PRIMARY KEY, arn TEXT NOT NULL, description TEXT NOT NULL,
      created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
      origin TEXT NOT NULL, versions TEXT NOT NULL
    ) WITHOUT ROWID`)
  // A secret is asked for by name, by ARN, or by ARN without the suffix of a dash and six characters.
  const select = database.prepare(
    'SELECT * FROM secrets WHERE name = ?1 OR arn = ?1 OR substr(arn, 1, length(arn) - 7) = ?1',
  )
  const selectAll = database.prepare('SELECT * FROM secrets ORDER BY name')
  const upsert = database.prepare('INSERT OR REPLACE INTO secrets VALUES (?, ?, ?, ?, ?, ?, ?)')

  const find = (id: string): Secret | undefined => Secret.optional().parse(select.get(id))
  const save = (secret: Secret): void => {
    const { name, arn, description, created_at, changed_at, origin, versions } = secret
    upsert.run(name, arn, description, created_at, changed_at, origin, JSON.stringify(versions))
  }
  function get(id: string): Secret {
    const secret = find(id)
    if (secret) return secret
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }
  const withVersion = (secret: Secret, version: Omit<Version, 'createdAt'>): Secret => ({
    ...secret,
    changed_at: now(),
    versions: [{ ...version, createdAt: now() }, ...secret.versions].slice(0, STAGES.length),
  })
  const create = (name: string): Secret => ({
    name,
    arn: `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix()}`,
    description: '',
    created_at: now(),
    changed_at: now(),
    origin: '',
    versions: [],
  })

  const operations = {
    GetSecretValue: operation(
      SecretId.extend({ VersionId: z.string().optional(), VersionStage: z.string().optional() }),
      ({ SecretId, VersionId, VersionStage }) => {
        const { arn, name, versions } = get(SecretId)
        const wanted = VersionStage ?? 'AWSCURRENT'
        const version = versions.find(({ id }, index) =>
          VersionId === undefined ? STAGES[index] === wanted : id === VersionId,
        )
        if (!version) {
          const which = VersionId === undefined ? `staging label: ${wanted}` : `VersionId: ${VersionId}`
          throw new AwsError(
            'ResourceNotFoundException',
            `Secrets Manager can't find the specified secret value for ${which}`,
          )
        }
        return {
          ARN: arn,
          Name: name,
          VersionId: version.id,
          SecretString: version.text,
          SecretBinary: version.binary,
          VersionStages: [STAGES[versions.indexOf(version)]],
          CreatedDate: version.createdAt / 1000,
        }
      },
    ),

    DescribeSecret: operation(SecretId, ({ SecretId }) => {
      const secret = get(SecretId)
      return {
        ...summary(secret),
        VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id }, index) => [id, [STAGES[index]]])),
      }
    }),

    ListSecrets: operation(
      z.strictObject({
        MaxResults: z.number().int().min(1).max(100).default(100),
        NextToken: z.string().optional(),
        SortOrder: z.literal('asc').optional(),
        IncludePlannedDeletion: ignored,
        Filters: z.array(z.strictObject({ Key: z.literal('name'), Values: z.array(z.string()).min(1) })).default([]),
      }),
      ({ MaxResults: Limit, NextToken, Filters }) => {
        const secrets = z.array(Secret).parse(selectAll.all())
        const found = secrets.filter(({ name }) =>
          Filters.every(({ Values }) => Values.some((value) => hasPrefix(name, value))),
        )
        const { items, ...next } = pageOf(found, ({ name }) => name, { Limit, NextToken })
        return { SecretList: items.map(summary), ...next }
      },
    ),

    ListSecretVersionIds: operation(
      SecretId.extend({ MaxResults: ignored, IncludeDeprecated: ignored }),
      ({ SecretId }) => {
        const { arn, name, versions } = get(SecretId)
        return {
          ARN: arn,
          Name: name,
          Versions: versions.map(({ id, createdAt }, index) => ({
            VersionId: id,
            VersionStages: [STAGES[index]],
            CreatedDate: createdAt / 1000,
          })),
        }
      },
    ),

    PutSecretValue: operation(
      SecretId.extend({
        ClientRequestToken: z.string().min(32).max(64).default(randomUUID),
        SecretString: z.string().optional(),
        SecretBinary: z.string().optional(),
        VersionStages: z.tuple([z.literal('AWSCURRENT')]).optional(),
      }),
      ({ SecretId, ClientRequestToken: id, SecretString: text, SecretBinary: binary }) => {
        const secret = get(SecretId)
        if ((text === undefined) === (binary === undefined)) {
          throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.')
        }
        const known = secret.versions.find((version) => version.id === id)
        if (known && (known.text !== text || known.binary !== binary)) {
          throw new AwsError(
            'ResourceExistsException',
            `The operation failed because the version ${id} already exists with another value.`,
          )
        }
        if (!known) save(withVersion(secret, { id, text, binary }))
        return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: ['AWSCURRENT'] }
      },
    ),
  }

  return {
    resources: {
      'AWS::SecretsManager::Secret': resourceType({
        properties: SecretProperties,
        provision: (resource) => {
          const { Name, Description, SecretString, GenerateSecretString } = resource.properties
          const name = Name ?? physicalName(resource, 255)
          const secret = find(name) ?? create(name)
          // A new value only where the template asks for another one: not at every start, nor over what was put by hand.
          const origin = JSON.stringify(GenerateSecretString ?? SecretString ?? '')
          const described = { ...secret, description: Description, origin }
          const text = GenerateSecretString ? generateSecretString(GenerateSecretString) : SecretString
          const changed = origin !== secret.origin && text !== undefined
          save(changed ? withVersion(described, { id: randomUUID(), text }) : described)
          return { ref: secret.arn, attributes: { Id: secret.arn } }
        },
      }),
    },
    services: { secretsmanager: jsonService('1.1', operations) },
  }
}

const summary = ({ arn, name, description, created_at, changed_at }: Secret) => ({
  ARN: arn,
  Name: name,
  Description: description,
  CreatedDate: created_at / 1000,
  LastChangedDate: changed_at / 1000,
})

/** A filter's value stands for what begins with it, and with `!` before it for what does not. */
const hasPrefix = (name: string, value: string): boolean =>
  value.startsWith('!') ? !name.startsWith(value.slice(1)) : name.startsWith(value)

const suffix = (): string =>
  Array.from({ length: 6 }, () => SUFFIX_ALPHABET.charAt(randomInt(SUFFIX_ALPHABET.length))).join('')

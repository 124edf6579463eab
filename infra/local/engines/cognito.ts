import type { JWTVerifyGetKey } from 'jose'
import { transactions } from '../database.ts'
import { accountOperations } from './cognito/account.ts'
import { adminOperations } from './cognito/admin.ts'
import { attributeRules } from './cognito/attributes.ts'
import { catalogOperations } from './cognito/catalog.ts'
import { openCodes } from './cognito/codes.ts'
import { type UserDesk, userDesk } from './cognito/desk.ts'
import { openKeys } from './cognito/keys.ts'
import type { Kit } from './cognito/kit.ts'
import { createLimit } from './cognito/limits.ts'
import { createMail } from './cognito/mail.ts'
import { createPools, type Pools } from './cognito/pools.ts'
import { ClientProperties, DomainProperties, PoolProperties } from './cognito/properties.ts'
import { recoveryOperations } from './cognito/recovery.ts'
import { openSessions } from './cognito/sessions.ts'
import { signInOperations } from './cognito/sign-in.ts'
import { signUpOperations } from './cognito/sign-up.ts'
import { createTokens } from './cognito/tokens.ts'
import { createTriggers } from './cognito/triggers.ts'
import { openUsers } from './cognito/users.ts'
import { type AwsRequest, type AwsResponse, type CloudContext, type Engine, resourceType } from './engine.ts'
import { jsonService } from './json-service.ts'
import type { Lambda } from './lambda/index.ts'
import { physicalId, physicalName } from './physical-name.ts'
import type { Ses } from './ses.ts'

export interface Cognito extends Engine {
  /** Finds the key of a token that this issuer signed; `undefined` if it is no user pool of this cloud. */
  readonly keysOf: (issuer: string) => JWTVerifyGetKey | undefined
  /** For people. */
  readonly desk: UserDesk
}

interface Dependencies {
  readonly invoke: Lambda['invoke']
  readonly sendMail: Ses['send']
  /** How long a trigger may take to answer: Cognito's 5 s unless told otherwise. */
  readonly triggerTimeoutMs?: number
}

const TARGET = 'AWSCognitoIdentityProviderService.'
const WELL_KNOWN = /^\/(?<poolId>[\w-]+)\/\.well-known\/(?<document>jwks\.json|openid-configuration)$/

/**
 * Cognito user pools: people who sign up, confirm their address with a code that is mailed, sign in with a password and get
 * tokens; passwords are hashed, and everything answered is on disk. Signing in by SRP, with other factors, on hosted
 * pages or with other providers is refused.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html
 */
export function createCognito(
  context: CloudContext,
  { invoke, sendMail, triggerTimeoutMs = 5000 }: Dependencies,
): Cognito {
  const { database, now, region } = context
  const pools = createPools()
  const users = openUsers(database)
  const sessions = openSessions(database, now)
  const kit: Kit = {
    pools,
    users,
    sessions,
    codes: openCodes(database, now),
    tokens: createTokens({ pools, users, sessions, now }),
    mail: createMail(sendMail),
    limit: createLimit(now),
    triggers: createTriggers(invoke, region, triggerTimeoutMs),
    transaction: transactions(database),
    now,
  }
  const operations = {
    ...signUpOperations(kit),
    ...signInOperations(kit),
    ...recoveryOperations(kit),
    ...accountOperations(kit),
    ...adminOperations(kit),
    ...catalogOperations(kit),
  }
  const api = jsonService('1.1', operations, { invalid: 'InvalidParameterException' })
  return {
    resources: resourcesOf(context, pools),
    services: { 'cognito-idp': api },
    // What people do before they have signed in is not signed, and neither is the question for the keys.
    unsigned: ({ headers, url }) => {
      if (String(headers['x-amz-target']).startsWith(TARGET)) return api
      return WELL_KNOWN.test(url) ? (request) => wellKnown(pools, request) : undefined
    },
    keysOf: pools.keysOf,
    desk: userDesk(kit),
  }
}

function resourcesOf({ account, region, database, now, warn }: CloudContext, pools: Pools): Engine['resources'] {
  const keysFor = openKeys(database, now)
  return {
    'AWS::Cognito::UserPool': resourceType({
      properties: PoolProperties,
      provision: async (resource) => {
        const { properties } = resource
        const id = `${region}_${physicalId(resource, 9)}`
        const arn = `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`
        const name = properties.UserPoolName ?? physicalName(resource, 128)
        const provider = `cognito-idp.${region}.amazonaws.com/${id}`
        const issuer = `https://${provider}`
        pools.add({ id, arn, name, issuer, properties, attributes: attributeRules(properties), ...(await keysFor(id)) })
        return {
          ref: id,
          attributes: { UserPoolId: id, Arn: arn, ProviderName: provider, ProviderURL: issuer },
        }
      },
    }),

    'AWS::Cognito::UserPoolClient': resourceType({
      properties: ClientProperties,
      provision: (resource) => {
        const { properties } = resource
        const id = physicalId(resource, 26)
        const name = properties.ClientName ?? physicalName(resource, 128)
        pools.addClient({ id, name, pool: pools.pool(properties.UserPoolId), properties })
        return { ref: id, attributes: { ClientId: id, Name: name } }
      },
    }),

    'AWS::Cognito::UserPoolDomain': resourceType({
      properties: DomainProperties,
      provision: ({ properties: { Domain, UserPoolId } }) => {
        pools.pool(UserPoolId)
        warn(`The hosted sign-in pages of ${Domain} are not served locally: people sign in through the API`)
        return { ref: Domain, attributes: { CloudFrontDistribution: `${Domain}.cloudfront.net` } }
      },
    }),
  }
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html */
function wellKnown(pools: Pools, { url }: AwsRequest): AwsResponse {
  const { poolId = '', document } = WELL_KNOWN.exec(url)?.groups ?? {}
  const answer = (status: number, body: object): AwsResponse => ({
    status,
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
    body: JSON.stringify(body),
  })
  const pool = pools.all().find(({ id }) => id === poolId)
  if (!pool) return answer(404, { message: `User pool ${poolId} does not exist.` })
  if (document === 'jwks.json') return answer(200, pool.keys.published)
  return answer(200, {
    issuer: pool.issuer,
    jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
  })
}

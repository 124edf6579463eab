import * as z from 'zod'
import { AwsError, type AwsRequest, type CloudContext, type Engine, resourceType } from './engine.ts'
import { allows, PolicyDocument, type Statement, type Wanted } from './iam/policy.ts'
import { wantedBy } from './iam/wanted.ts'
import { accessKeyOf } from './lambda/function-name.ts'
import { physicalId, physicalName } from './physical-name.ts'

export interface Iam extends Engine {
  /**
   * Why somebody with this role may not make a call, if so, in IAM's words. The policies of the resources are not looked
   * at, and of conditions only those about the call itself.
   */
  readonly refusal: Refusal
  /** The same of the calls of functions, which sign with their names. Whoever else calls is the developer, who may. */
  readonly guard: (functions: readonly { readonly name: string; readonly roleArn: string | undefined }[]) => Guard
}

export type Refusal = (caller: Caller, service: string, request: AwsRequest) => AwsError | undefined
export type Guard = (service: string, request: AwsRequest) => AwsError | undefined

interface Caller {
  /** What works under the role: a function, or an execution. */
  readonly session: string
  readonly roleArn: string
}

const ignored = z.unknown().optional()
const Policies = z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument })).optional()

/**
 * IAM: the roles of functions and state machines, and what their policies let them do.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
 */
export function createIam({ account, region }: CloudContext): Iam {
  const statements = new Map<string, Statement[]>()
  const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`

  function grant(roles: readonly string[], document: z.output<typeof PolicyDocument>): void {
    for (const role of roles) statements.set(role, [...(statements.get(role) ?? []), ...document.Statement])
  }

  const role = resourceType({
    properties: z.strictObject({
      RoleName: z.string().optional(),
      Path: z.string().default('/'),
      Policies,
      // Amazon's own: of those that functions have, each is about logs and traces, which need no right here.
      ManagedPolicyArns: ignored,
      AssumeRolePolicyDocument: ignored,
      MaxSessionDuration: ignored,
      PermissionsBoundary: ignored,
      Description: ignored,
      Tags: ignored,
    }),
    provision: (resource) => {
      const { RoleName, Path, Policies: inline = [] } = resource.properties
      const name = RoleName ?? physicalName(resource, 64)
      for (const { PolicyDocument } of inline) grant([name], PolicyDocument)
      return {
        ref: name,
        attributes: { Arn: arn(`role${Path}${name}`), RoleId: `AROA${physicalId(resource, 17).toUpperCase()}` },
      }
    },
  })

  const policy = resourceType({
    properties: z.strictObject({
      PolicyName: z.string(),
      PolicyDocument,
      Roles: z.array(z.string()).default([]),
      Users: ignored,
      Groups: ignored,
    }),
    provision: ({ properties: { PolicyName, PolicyDocument, Roles } }) => {
      grant(Roles, PolicyDocument)
      return { ref: PolicyName }
    },
  })

  const managedPolicy = resourceType({
    properties: z.strictObject({
      ManagedPolicyName: z.string().optional(),
      Path: z.string().default('/'),
      PolicyDocument,
      Roles: z.array(z.string()).default([]),
      Users: ignored,
      Groups: ignored,
      Description: ignored,
    }),
    provision: (resource) => {
      const { ManagedPolicyName, Path, PolicyDocument, Roles } = resource.properties
      grant(Roles, PolicyDocument)
      const policyArn = arn(`policy${Path}${ManagedPolicyName ?? physicalName(resource, 64)}`)
      return { ref: policyArn, attributes: { PolicyArn: policyArn } }
    },
  })

  const refusal: Refusal = ({ session, roleArn }, service, request) => {
    const role = roleArn.slice(roleArn.lastIndexOf('/') + 1)
    const granted = statements.get(role) ?? []
    const refused = wantedBy(service, request, { account, region }).find((wanted) => !allows(granted, wanted))
    return refused && accessDenied(`arn:aws:sts::${account}:assumed-role/${role}/${session}`, service, refused)
  }

  return {
    refusal,
    guard(functions) {
      const callers = new Map(
        functions.flatMap(({ name: session, roleArn }) =>
          roleArn ? [[accessKeyOf(session), { session, roleArn }]] : [],
        ),
      )
      return (service, request) => {
        const caller = callers.get(request.caller)
        return caller && refusal(caller, service, request)
      }
    },
    resources: {
      'AWS::IAM::Role': role,
      'AWS::IAM::Policy': policy,
      'AWS::IAM::ManagedPolicy': managedPolicy,
    },
  }
}

/** S3, and the older protocols, say it with another status. */
function accessDenied(user: string, service: string, { action, resources: [resource = '*'], keys }: Wanted): AwsError {
  const about = Object.entries(keys ?? {}).map(([key, value]) => `${key} ${value}`)
  const why = `no identity-based policy allows the ${action} action${about.length > 0 ? ` with ${about.join(' and ')}` : ''}`
  const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because ${why}`
  return new AwsError('AccessDeniedException', message, ['s3', 'sns', 'ses', 'sqs'].includes(service) ? 403 : 400)
}

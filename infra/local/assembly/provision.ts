import * as z from 'zod'
import { Mistake } from '../../mistake.ts'
import type { CloudContext, Engine, Provisioned, ResourceType } from '../engines/engine.ts'
import { resolve, type Scope } from './intrinsics.ts'
import type { Assembly, Stack, TemplateResource } from './read.ts'

export interface DeployedStack {
  readonly name: string
  readonly id: string
  readonly resources: readonly { readonly logicalId: string; readonly type: string; readonly physicalId: string }[]
  /** Resolved. */
  readonly outputs: readonly { readonly name: string; readonly value: string; readonly exportName?: string }[]
}

/**
 * Provisions every resource of every stack, each after what it refers to.
 * Throws a `Mistake` for a type, a property or a value that no engine has.
 */
export async function provision(
  assembly: Assembly,
  engines: readonly Engine[],
  context: CloudContext,
): Promise<readonly DeployedStack[]> {
  const types = new Map<string, ResourceType>(engines.flatMap(({ resources }) => Object.entries(resources)))
  const leftOut = new Set(assembly.stacks.flatMap(handlersOfCustomResources))
  refuseUnknownTypes(assembly, types, leftOut)
  const stacks = new Map(assembly.stacks.map((stack) => [stack.name, stack]))
  const started = new Map<string, Promise<Provisioned>>()

  // Whose provisioning waits for whose.
  const waits = new Map<string, Set<string>>()

  /** `asker` is the key of the resource that needs this one, if it is one. */
  function provisioned(stack: Stack, logicalId: string, asker: string | undefined): Promise<Provisioned> {
    const key = keyOf(stack, logicalId)
    if (asker !== undefined) {
      const circle = wayFrom(key, asker, waits)
      if (circle) throw new Mistake(`Circular reference: ${[asker, ...circle].join(' → ')}`)
      waits.set(asker, (waits.get(asker) ?? new Set()).add(key))
    }
    const running = started.get(key) ?? create(stack, logicalId, key).finally(() => waits.delete(key))
    started.set(key, running)
    return running
  }

  async function create(stack: Stack, logicalId: string, key: string): Promise<Provisioned> {
    // Left out, but what belongs to it (its log group, say) may still name it.
    if (leftOut.has(key)) return { ref: logicalId, attributes: { Arn: logicalId } }
    const template = stack.resources.get(logicalId)
    if (!template) throw new Mistake(`${stack.name} refers to ${logicalId}, which it does not have`)
    for (const id of template.dependsOn) await provisioned(stack, id, key)
    const type = types.get(template.type)
    if (!type) throw new Mistake(`${template.type} is not supported locally (${stack.name}/${logicalId})`)
    const { ServiceToken: _, ...wanted } = template.properties
    const properties = localUrls(await resolve(wanted, scopeOf(stack, key)), context)
    return type.provision({
      stack: stack.name,
      logicalId,
      metadata: template.metadata,
      properties: check(template, properties, type),
    })
  }

  function scopeOf(stack: Stack, asker: string | undefined): Scope {
    return {
      pseudo: pseudoParameters(stack, context),
      ref: async (id) => (await provisioned(stack, id, asker)).ref,
      attribute: async (id, name) => {
        const value = (await provisioned(stack, id, asker)).attributes?.[name]
        if (value !== undefined) return value
        throw new Mistake(`${stack.resources.get(id)?.type} attribute ${name} is not supported locally (${id})`)
      },
      stackOutput: async (name, output) => {
        const other = stacks.get(name)
        const found = other?.outputs.get(output)
        if (!other || !found) throw new Mistake(`There is no output ${name}/${output}`)
        return resolve(found.value, scopeOf(other, asker))
      },
      importValue: async (wanted) => {
        for (const other of stacks.values()) {
          for (const { value, exportName } of other.outputs.values()) {
            if (exportName !== undefined && (await resolve(exportName, scopeOf(other, asker))) === wanted)
              return resolve(value, scopeOf(other, asker))
          }
        }
        throw new Mistake(`No stack exports ${wanted}`)
      },
    }
  }

  async function deployed(stack: Stack): Promise<DeployedStack> {
    const scope = scopeOf(stack, undefined)
    const text = async (value: unknown) => String(localUrls(await resolve(value, scope), context))
    const resources = [...stack.resources]
      .filter(([logicalId]) => !leftOut.has(keyOf(stack, logicalId)))
      .map(async ([logicalId, { type }]) => {
        const { ref } = await provisioned(stack, logicalId, undefined)
        return { logicalId, type, physicalId: ref }
      })
    const outputs: DeployedStack['outputs'][number][] = []
    for (const [name, { value, exportName }] of stack.outputs) {
      const exported = exportName === undefined ? {} : { exportName: await text(exportName) }
      outputs.push({ name, value: await text(value), ...exported })
    }
    return { name: stack.name, id: stackId(stack, context), resources: await Promise.all(resources), outputs }
  }

  return Promise.all([...stacks.values()].map(deployed))
}

/** The way from one resource to another along what waits for what, if there is one. */
function wayFrom(
  start: string,
  end: string,
  waits: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | undefined {
  if (start === end) return [end]
  for (const next of waits.get(start) ?? []) {
    const way = wayFrom(next, end, waits)
    if (way) return [start, ...way]
  }
  return undefined
}

const keyOf = ({ name }: Stack, logicalId: string): string => `${name}/${logicalId}`

const Token = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })

/**
 * A custom resource is done by its type here, so the function that does it on AWS is left out, with all that is its own.
 * Answers the keys of these.
 */
function handlersOfCustomResources(stack: Stack): readonly string[] {
  const tokens = [...stack.resources.values()].map(({ properties }) => properties.ServiceToken)
  const handlers = new Set(
    tokens
      .filter((token) => token !== undefined)
      .flatMap((token) => Token.safeParse(token).data?.['Fn::GetAtt'][0] ?? []),
  )
  if (handlers.size === 0) return []
  const layers = [...stack.resources].filter(([, { type }]) => type === 'AWS::Lambda::LayerVersion').map(([id]) => id)
  return [...handlers, ...layers].map((id) => keyOf(stack, id))
}

function refuseUnknownTypes(
  { stacks }: Assembly,
  types: ReadonlyMap<string, ResourceType>,
  leftOut: ReadonlySet<string>,
): void {
  const unknown = stacks.flatMap((stack) =>
    [...stack.resources]
      .filter(([id, { type }]) => !leftOut.has(keyOf(stack, id)) && !types.has(type))
      .map(([id, { type }]) => `${type} (${stack.name}/${id})`),
  )
  if (unknown.length > 0) throw new Mistake(`Not supported locally: ${unknown.join(', ')}`)
}

function check(
  template: TemplateResource,
  properties: unknown,
  { properties: schema }: ResourceType,
): Readonly<Record<string, unknown>> {
  const checked = schema.safeParse(properties)
  if (checked.success) return z.record(z.string(), z.unknown()).parse(properties)
  const [issue] = checked.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...issue.path, key].join('.'))
    throw new Mistake(`${template.type} property ${names.join(', ')} is not supported locally`)
  }
  throw new Mistake(
    `${template.type} property ${issue?.path.join('.')} is not supported locally as it is: ${issue?.message}`,
  )
}

type Places = Pick<CloudContext, 'siteUrl' | 'endpoint' | 'region'>

/**
 * The site is served over plain HTTP here, so what the template calls https:// is http://; and so are buckets, which are
 * in the path of the one endpoint.
 */
function localUrls(value: unknown, places: Places): unknown {
  if (typeof value === 'string') {
    const { siteUrl, endpoint, region } = places
    const secure = siteUrl.replace('http://', 'https://')
    const buckets = new RegExp(`https://([a-z0-9.-]+)\\.s3\\.${region}\\.amazonaws\\.com(?![\\w.-])`, 'g')
    // A digit more, and it is another port.
    const text = value.split(secure).reduce((text, rest) => text + (/^\d/.test(rest) ? secure : siteUrl) + rest)
    return text.replace(buckets, `${endpoint}/$1`)
  }
  if (Array.isArray(value)) return value.map((item) => localUrls(item, places))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, localUrls(item, places)]))
}

const pseudoParameters = (stack: Stack, { account, region }: CloudContext): Readonly<Record<string, string>> => ({
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stack.name,
  'AWS::StackId': stackId(stack, { account, region }),
})

const stackId = ({ name }: Stack, { account, region }: Pick<CloudContext, 'account' | 'region'>): string =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/local`

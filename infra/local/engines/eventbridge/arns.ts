import type { CloudContext } from '../engine.ts'

export const DEFAULT_BUS = 'default'

/**
 * The ARNs of one account's EventBridge in one Region.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function createArns({ account, region }: Pick<CloudContext, 'account' | 'region'>) {
  const prefix = `arn:aws:events:${region}:${account}:`
  const busPrefix = `${prefix}event-bus/`
  return {
    bus: (name: string) => `${busPrefix}${name}`,
    /** A rule of the default bus does not name its bus. */
    rule: (bus: string, name: string) => `${prefix}rule/${bus === DEFAULT_BUS ? '' : `${bus}/`}${name}`,
    archive: (name: string) => `${prefix}archive/${name}`,
    replay: (name: string) => `${prefix}replay/${name}`,
    /** The bus's name, from a name or an ARN. Another account's or Region's ARN stays as it is, and so names no bus here. */
    busName: (nameOrArn: string = DEFAULT_BUS) =>
      nameOrArn.startsWith(busPrefix) ? nameOrArn.slice(busPrefix.length) : nameOrArn,
  }
}

/** The last part of an ARN: a rule's or an archive's own name. */
export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

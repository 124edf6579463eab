import { AwsError } from '../engine.ts'
import type { Rule, Target } from './model.ts'

const RESERVED = {
  event: 'aws.events.event',
  json: 'aws.events.event.json',
  ingestionTime: 'aws.events.event.ingestion-time',
  ruleArn: 'aws.events.rule-arn',
  ruleName: 'aws.events.rule-name',
}
const RESERVED_NAMES = new Set<string>(Object.values(RESERVED))
const PLACEHOLDER = /<([^<>\s"]+)>/y

/**
 * Checks what PutTargets checks of a target's input. Throws ValidationException.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 */
export function checkInput({ Id, Input, InputPath, InputTransformer }: Target): void {
  if ([Input, InputPath, InputTransformer].filter((way) => way !== undefined).length > 1) {
    refuse(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`)
  }
  if (Input !== undefined && !isJson(Input)) refuse(`Parameter Input for target ${Id} is not valid JSON.`)
  if (!InputTransformer) return
  const names = Object.keys(InputTransformer.InputPathsMap ?? {})
  const reserved = names.find((name) => name.startsWith('AWS.'))
  if (reserved !== undefined) refuse(`InputPathsMap for target ${Id} contains the reserved key ${reserved}.`)
  for (const part of parseTemplate(InputTransformer.InputTemplate)) {
    if ('name' in part && !names.includes(part.name) && !RESERVED_NAMES.has(part.name)) {
      refuse(`InputTemplate for target ${Id} contains invalid placeholder ${part.name}.`)
    }
  }
}

function refuse(message: string): never {
  throw new AwsError('ValidationException', message)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * What a target is sent instead of the event itself, as text; `undefined` if it is sent the event. `receivedAt` is when
 * the bus received it, in epoch milliseconds.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputFor(rule: Rule, target: Target, envelope: string, receivedAt: number): string | undefined {
  if (target.Input !== undefined) return target.Input
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(JSON.parse(envelope), target.InputPath) ?? null)
  if (!target.InputTransformer) return undefined
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer
  const event: unknown = JSON.parse(envelope)
  const values = new Map<string, unknown>([
    ...Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)] as const),
    [RESERVED.event, withoutDetail(event)],
    [RESERVED.json, event],
    [RESERVED.ingestionTime, new Date(receivedAt).toISOString()],
    [RESERVED.ruleArn, rule.arn],
    [RESERVED.ruleName, rule.name],
  ])
  return parseTemplate(InputTemplate)
    .map((part) => ('text' in part ? part.text : fill(values.get(part.name), part.quoted)))
    .join('')
}

/** Unquoted, a value stands as JSON; in a quoted text it stands bare, unescaped as on AWS, and without its own quotes. */
function fill(value: unknown, quoted: boolean): string {
  if (!quoted) return JSON.stringify(value ?? (value === null ? null : ''))
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '')
}

function withoutDetail(event: unknown): unknown {
  if (typeof event !== 'object' || event === null) return event
  const fields = Object.entries(event).filter(([key]) => key !== 'detail')
  return Object.fromEntries(fields.map(([key, value]) => [key === 'detail-type' ? 'detailType' : key, value]))
}

type TemplatePart = { readonly text: string } | { readonly name: string; readonly quoted: boolean }

/** Takes a template apart into texts and placeholders; a placeholder knows whether it stands inside a quoted text. */
function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = []
  let text = ''
  let quoted = false
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at)
    PLACEHOLDER.lastIndex = at
    const placeholder = PLACEHOLDER.exec(template)
    if (placeholder?.[1] !== undefined) {
      parts.push({ text }, { name: placeholder[1], quoted })
      text = ''
      at += placeholder[0].length - 1
    } else if (quoted && character === '\\') {
      text += template.slice(at, at + 2)
      at++
    } else {
      if (character === '"') quoted = !quoted
      text += character
    }
  }
  return [...parts, { text }]
}

/** The value at a path of dots and indexes (`$.detail.items[0].sku`, `$['detail-type']`); `undefined` if none. */
function valueAt(event: unknown, path: string): unknown {
  const keys = path.replace(/^\$/, '').matchAll(/\[(\d+)\]|\['([^']*)'\]|\.?([^.[\]]+)/g)
  let value = event
  for (const [, index, quoted, name] of keys) {
    const key = index ?? quoted ?? name
    if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

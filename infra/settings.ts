import * as z from 'zod'
import { Mistake } from './mistake.ts'

const seconds = (least: number, most: number) => {
  const rule = `must be a whole number of seconds from ${least} to ${most}`
  return z.coerce.number(rule).int(rule).min(least, rule).max(most, rule)
}
const count = (most: number) => {
  const rule = `must be a whole number from 0 to ${most}`
  return z.coerce
    .string()
    .regex(/^\d{1,4}$/, rule)
    .transform(Number)
    .pipe(z.number().max(most, rule))
}
const email = z.email('must be one e-mail address, like owner@example.com')

const DAY = 86_400
const Origin = z
  .string()
  .regex(/^(\*|https?:\/\/[a-z0-9.-]+(:\d+)?)$/, 'must be * or origins like https://example.com, separated by commas')

/** The CDK context keys of this app, each with its default. */
const Settings = z.object({
  /**
   * Part of every name on AWS: stages live side by side in one account. The longest name is a bucket's, of 63 characters:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  stage: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,16}[a-z0-9])?$/,
      'must be 1 to 18 lower-case letters, digits or inner dashes, like dev',
    )
    // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
    .regex(/^(?!.*(aws|amazon|cognito))/, 'must be without aws, amazon and cognito, which Cognito takes in no domain')
    .default('dev'),
  registrationTtlSeconds: seconds(1, 30 * DAY).default(DAY),
  orderTtlSeconds: seconds(1, 30 * DAY).default(3600),
  /** How many orders are taken at a time, of the account's concurrency; 0 takes none. No limit of its own if not given. */
  placeOrderReservedConcurrency: count(1000).optional(),
  /** Environments of the function that charges that are kept ready. */
  chargePaymentProvisionedConcurrency: count(1000).default(0),
  /** Who is told of each registration. */
  ownerEmail: email.default('owner@example.com'),
  /** The From of every mail; on AWS an identity that is verified in SES. */
  senderEmail: email.default('no-reply@example.com'),
  /**
   * Origins whose pages may call the API, beside the site itself. Everybody's, unless told otherwise: the forms are public,
   * and what is not wants a token that no browser sends by itself.
   */
  allowedOrigins: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(Origin))
    .default(['*']),
})

/** What a deployment of this app can be told; see `readSettings`. */
export type Settings = Readonly<z.output<typeof Settings>>

/**
 * The settings in CDK context, as `-c key=value` gives them: every value a string, every key optional. Keys that are not
 * ours pass. Throws a `Mistake` that names the first wrong key. https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
export function readSettings(contextOf: (key: string) => unknown): Settings {
  const given = Object.fromEntries(Object.keys(Settings.shape).map((key) => [key, contextOf(key)]))
  const parsed = Settings.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = String(issue?.path[0])
  throw new Mistake(`The setting ${key} (-c ${key}=…) ${issue?.message}, not ${JSON.stringify(given[key])}.`)
}

/**
 * On AWS the defaults are nobody's addresses: the user pool is not made without a sender that SES has verified. Throws a
 * `Mistake` that says what to give. https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
 */
export function mustNameAddresses(contextOf: (key: string) => unknown): void {
  const missing = ['senderEmail', 'ownerEmail'].filter((key) => contextOf(key) === undefined)
  if (missing.length === 0) return
  throw new Mistake(
    `To deploy, say who sends the mails, an address that is verified in SES, and who is told of registrations: ${missing.map((key) => `-c ${key}=you@example.com`).join(' ')}.`,
  )
}

/** Stages whose data may go with the stack. Of all others tables, buckets and logs stay when a stack is destroyed. */
export const isDisposable = (stage: string): boolean => stage === 'dev' || stage === 'test'

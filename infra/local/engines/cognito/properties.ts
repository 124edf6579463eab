import * as z from 'zod'

const ignored = z.unknown().optional()
const flag = z.stringbool().or(z.boolean())
const count = z.coerce.number().int()

const PasswordPolicy = z.strictObject({
  MinimumLength: count.min(6).max(99).default(8),
  RequireLowercase: flag.default(false),
  RequireUppercase: flag.default(false),
  RequireNumbers: flag.default(false),
  RequireSymbols: flag.default(false),
  TemporaryPasswordValidityDays: count.min(0).max(365).default(7),
  PasswordHistorySize: z.literal(0, 'earlier passwords are not kept').optional(),
})
export type PasswordPolicy = z.output<typeof PasswordPolicy>

/** A pool without a policy demands everything; one with a policy demands what that says. */
const STRICTEST = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
} satisfies PasswordPolicy

const SchemaAttribute = z.strictObject({
  Name: z.string(),
  AttributeDataType: z.enum(['String', 'Number', 'DateTime', 'Boolean']).default('String'),
  Required: flag.default(false),
  Mutable: flag.optional(),
  DeveloperOnlyAttribute: z.literal(false).optional(),
  StringAttributeConstraints: z.strictObject({ MinLength: count.optional(), MaxLength: count.optional() }).default({}),
  NumberAttributeConstraints: z
    .strictObject({ MinValue: z.coerce.number().optional(), MaxValue: z.coerce.number().optional() })
    .default({}),
})
export type SchemaAttribute = z.output<typeof SchemaAttribute>

const Message = { EmailMessage: z.string().optional(), EmailSubject: z.string().optional(), SMSMessage: ignored }

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html */
export const PoolProperties = z.strictObject({
  UserPoolName: z.string().optional(),
  Schema: z.array(SchemaAttribute).default([]),
  Policies: z
    .strictObject({ PasswordPolicy: PasswordPolicy.default(STRICTEST) })
    .default({ PasswordPolicy: STRICTEST }),
  AutoVerifiedAttributes: z.array(z.literal('email', 'only e-mail addresses are verified')).default([]),
  UsernameAttributes: z.array(z.literal('email', 'only e-mail addresses are usernames')).default([]),
  AliasAttributes: z.array(z.enum(['email', 'preferred_username'])).default([]),
  // True is CloudFormation's default as well: CDK's `signInCaseSensitive: false` is what one wants.
  UsernameConfiguration: z.strictObject({ CaseSensitive: flag }).default({ CaseSensitive: true }),
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z.array(
        z.strictObject({
          Name: z.enum(['verified_email', 'verified_phone_number', 'admin_only']),
          Priority: count.optional(),
        }),
      ),
    })
    .optional(),
  AdminCreateUserConfig: z
    .strictObject({
      AllowAdminCreateUserOnly: flag.default(false),
      InviteMessageTemplate: z.strictObject(Message).default({}),
    })
    .default({ AllowAdminCreateUserOnly: false, InviteMessageTemplate: {} }),
  UserAttributeUpdateSettings: z
    .strictObject({
      AttributesRequireVerificationBeforeUpdate: z
        .array(z.literal('email', 'only e-mail addresses are verified'))
        .default([]),
    })
    .default({ AttributesRequireVerificationBeforeUpdate: [] }),
  EmailConfiguration: z
    .strictObject({
      EmailSendingAccount: ignored,
      From: z.string().optional(),
      SourceArn: z.string().optional(),
      ReplyToEmailAddress: z.string().optional(),
      ConfigurationSet: ignored,
    })
    .default({}),
  EmailVerificationMessage: z.string().optional(),
  EmailVerificationSubject: z.string().optional(),
  VerificationMessageTemplate: z
    .strictObject({
      DefaultEmailOption: z.literal('CONFIRM_WITH_CODE', 'codes are mailed, not links').optional(),
      EmailMessage: z.string().optional(),
      EmailSubject: z.string().optional(),
      SmsMessage: ignored,
    })
    .default({}),
  LambdaConfig: z.strictObject({ PostConfirmation: z.string().optional() }).default({}),
  MfaConfiguration: z.literal('OFF').optional(),
  // Nothing is sent by SMS, judged by its risk, charged for or protected from being deleted here.
  SmsVerificationMessage: ignored,
  SmsAuthenticationMessage: ignored,
  UserPoolAddOns: ignored,
  UserPoolTier: ignored,
  UserPoolTags: ignored,
  DeletionProtection: ignored,
})
export type PoolProperties = z.output<typeof PoolProperties>

const AUTH_FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_USER_AUTH',
] as const

const Unit = z.enum(['seconds', 'minutes', 'hours', 'days'])
const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } satisfies Record<z.output<typeof Unit>, number>

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html */
export const ClientProperties = z.strictObject({
  UserPoolId: z.string(),
  ClientName: z.string().optional(),
  GenerateSecret: flag.refine((wanted) => !wanted, 'clients have no secrets').default(false),
  ExplicitAuthFlows: z
    .array(z.enum(AUTH_FLOWS))
    .default(['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']),
  AccessTokenValidity: count.min(1).optional(),
  IdTokenValidity: count.min(1).optional(),
  RefreshTokenValidity: count.min(1).default(30),
  TokenValidityUnits: z
    .strictObject({
      AccessToken: Unit.default('hours'),
      IdToken: Unit.default('hours'),
      RefreshToken: Unit.default('days'),
    })
    .default({ AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' }),
  AuthSessionValidity: count.min(3).max(15).default(3),
  PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
  EnableTokenRevocation: flag.default(true),
  ReadAttributes: z.array(z.string()).optional(),
  WriteAttributes: z.array(z.string()).optional(),
  // The hosted sign-in pages, which are not here: see AWS::Cognito::UserPoolDomain.
  AllowedOAuthFlows: ignored,
  AllowedOAuthFlowsUserPoolClient: ignored,
  AllowedOAuthScopes: ignored,
  CallbackURLs: ignored,
  DefaultRedirectURI: ignored,
  LogoutURLs: ignored,
  SupportedIdentityProviders: z.array(z.literal('COGNITO')).optional(),
  EnablePropagateAdditionalUserContextData: ignored,
})
export type ClientProperties = z.output<typeof ClientProperties>

/** How long each token of a client lives, in seconds. */
export const lifetimesOf = ({
  AccessTokenValidity: access = 1,
  IdTokenValidity: id = 1,
  RefreshTokenValidity: refresh,
  TokenValidityUnits: units,
}: ClientProperties) => ({
  access: access * SECONDS[units.AccessToken],
  id: id * SECONDS[units.IdToken],
  refresh: refresh * SECONDS[units.RefreshToken],
})

export const DomainProperties = z.strictObject({
  Domain: z.string(),
  UserPoolId: z.string(),
  ManagedLoginVersion: ignored,
})

import { randomInt } from 'node:crypto'
import * as z from 'zod'
import { Mistake } from '../../../mistake.ts'

const flag = z.stringbool().or(z.boolean()).default(false)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html */
export const GenerateSecretString = z
  .strictObject({
    PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
    ExcludeCharacters: z.string().default(''),
    ExcludeLowercase: flag,
    ExcludeUppercase: flag,
    ExcludeNumbers: flag,
    ExcludePunctuation: flag,
    IncludeSpace: flag,
    RequireEachIncludedType: z.stringbool().or(z.boolean()).default(true),
    SecretStringTemplate: z.string().optional(),
    GenerateStringKey: z.string().optional(),
  })
  .refine(
    ({ SecretStringTemplate, GenerateStringKey }) =>
      (SecretStringTemplate === undefined) === (GenerateStringKey === undefined),
    'SecretStringTemplate and GenerateStringKey go together',
  )
type GenerateSecretString = z.output<typeof GenerateSecretString>

const ALPHABETS = [
  ['ExcludeLowercase', 'abcdefghijklmnopqrstuvwxyz'],
  ['ExcludeUppercase', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['ExcludeNumbers', '0123456789'],
  ['ExcludePunctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
] as const

/** A random password, or the template's JSON object with it under the key. Throws `Mistake` if none can be as asked. */
export function generateSecretString(wanted: GenerateSecretString): string {
  const password = generatePassword(wanted)
  const { SecretStringTemplate: template, GenerateStringKey: key } = wanted
  if (template === undefined || key === undefined) return password
  return JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(template)), [key]: password })
}

function generatePassword(wanted: GenerateSecretString): string {
  const types = ALPHABETS.flatMap<string>(([exclude, alphabet]) => (wanted[exclude] ? [] : [alphabet]))
    .concat(wanted.IncludeSpace ? [' '] : [])
    .map((alphabet) => [...alphabet].filter((character) => !wanted.ExcludeCharacters.includes(character)))
    .filter((alphabet) => alphabet.length > 0)
  const characters = types.flat()
  if (characters.length === 0)
    throw new Mistake('AWS::SecretsManager::Secret GenerateSecretString excludes every character')
  if (wanted.RequireEachIncludedType && types.length > wanted.PasswordLength) {
    throw new Mistake(
      'AWS::SecretsManager::Secret GenerateSecretString.PasswordLength is too short for a character of each type',
    )
  }
  // Drawn anew until it fits, so that every password that fits is as likely as any other.
  for (;;) {
    const password = Array.from({ length: wanted.PasswordLength }, () => characters[randomInt(characters.length)])
    if (!wanted.RequireEachIncludedType || types.every((type) => password.some((one) => one && type.includes(one))))
      return password.join('')
  }
}

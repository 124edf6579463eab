import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { names } from './environment.ts'

const client = new SecretsManagerClient({})
let key: Promise<string> | undefined

/**
 * The key that links are signed and cursors sealed with, fetched once per environment; a failed fetch is tried again by
 * the next caller.
 */
export function linkKey(): Promise<string> {
  key ??= client.send(new GetSecretValueCommand({ SecretId: names.linkKey })).then(({ SecretString }) => {
    if (!SecretString) throw new Error(`The secret ${names.linkKey} is empty`)
    return SecretString
  })
  key.catch(() => {
    key = undefined
  })
  return key
}

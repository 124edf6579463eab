import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { createSecretsManager } from '../../../infra/local/engines/secrets-manager.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

async function start(stateDir?: string) {
  const engine = createSecretsManager(cloudContext(stateDir))
  const client = new SecretsManagerClient(await awsEndpoint(engine))
  onTestFinished(() => client.destroy())
  return {
    client,
    secret: (properties: object) => provision(engine, 'AWS::SecretsManager::Secret', properties),
    value: async (SecretId: string) => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '',
  }
}

const generated = {
  Name: 'link-key',
  GenerateSecretString: { PasswordLength: '48', ExcludePunctuation: 'true' },
}

test('generates a secret once and keeps it over restarts', async () => {
  const stateDir = temporaryFolder()
  const first = await start(stateDir)
  const { ref, attributes } = await first.secret(generated)
  expect(ref).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:link-key-[A-Za-z\d]{6}$/)
  expect(attributes).toEqual({ Id: ref })
  const value = await first.value('link-key')
  expect(value).toMatch(/^[A-Za-z\d]{48}$/)

  const second = await start(stateDir)
  expect(await second.secret({ ...generated, Description: 'Signs links' })).toEqual({ ref, attributes })
  expect(await second.value('link-key')).toBe(value)
  expect(await second.client.send(new DescribeSecretCommand({ SecretId: ref }))).toMatchObject({
    Name: 'link-key',
    Description: 'Signs links',
    CreatedDate: expect.any(Date),
  })
})

test('generates anew when the template asks for another password', async () => {
  const { secret, value } = await start()
  await secret(generated)
  const before = await value('link-key')
  await secret({ ...generated, GenerateSecretString: { PasswordLength: 8 } })
  expect(await value('link-key')).toHaveLength(8)
  expect(await value('link-key')).not.toBe(before)
})

test('answers by name, ARN and ARN without the suffix', async () => {
  const { secret, value } = await start()
  const { ref } = await secret({ Name: 'a/b', SecretString: 'hush' })
  expect(await Promise.all(['a/b', ref, ref.slice(0, -7)].map(value))).toEqual(['hush', 'hush', 'hush'])
})

test('fills the template of a structured secret', async () => {
  const { secret, value } = await start()
  await secret({
    Name: 'login',
    GenerateSecretString: { SecretStringTemplate: '{"user":"admin"}', GenerateStringKey: 'password' },
  })
  expect(JSON.parse(await value('login'))).toEqual({ user: 'admin', password: expect.stringMatching(/^.{32}$/) })
})

test('a password has a character of each type and none that is excluded', async () => {
  const { secret, value } = await start()
  for (let PasswordLength = 4; PasswordLength < 40; PasswordLength++) {
    await secret({ Name: 'short', GenerateSecretString: { PasswordLength, ExcludeCharacters: '"@/\\ aZ0' } })
    const password = await value('short')
    expect(password).toHaveLength(PasswordLength)
    expect(password).not.toMatch(/["@/\\ aZ0]/)
    for (const type of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/]) expect(password).toMatch(type)
  }
})

test('refuses a password that cannot be', async () => {
  const { secret } = await start()
  await expect(secret({ GenerateSecretString: { PasswordLength: 3 } })).rejects.toThrow('too short')
  await expect(secret({ GenerateSecretString: { SecretStringTemplate: '{}' } })).rejects.toThrow('go together')
})

test('a put value becomes the current one, survives a restart, and the one before stays reachable', async () => {
  const stateDir = temporaryFolder()
  const first = await start(stateDir)
  await first.secret({ Name: 'key', SecretString: 'one' })
  const put = { SecretId: 'key', SecretString: 'two', ClientRequestToken: 'a'.repeat(32) }
  await first.client.send(new PutSecretValueCommand(put))
  await first.client.send(new PutSecretValueCommand(put))
  await expect(first.client.send(new PutSecretValueCommand({ ...put, SecretString: 'three' }))).rejects.toMatchObject({
    name: 'ResourceExistsException',
  })

  const { secret, value, client } = await start(stateDir)
  await secret({ Name: 'key', SecretString: 'one' })
  expect(await value('key')).toBe('two')
  const previous = await client.send(new GetSecretValueCommand({ SecretId: 'key', VersionStage: 'AWSPREVIOUS' }))
  expect(previous).toMatchObject({ SecretString: 'one', VersionStages: ['AWSPREVIOUS'] })
})

test('keeps binary values', async () => {
  const { secret, client } = await start()
  await secret({ Name: 'key' })
  const SecretBinary = new Uint8Array([0, 255, 1])
  await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretBinary }))
  const answer = await client.send(new GetSecretValueCommand({ SecretId: 'key' }))
  expect([...(answer.SecretBinary ?? [])]).toEqual([0, 255, 1])
})

test('lists in pages', async () => {
  const { secret, client } = await start()
  for (const Name of ['c', 'a', 'b']) await secret({ Name, SecretString: 'x' })
  const first = await client.send(new ListSecretsCommand({ MaxResults: 2 }))
  expect(first.SecretList?.map(({ Name }) => Name)).toEqual(['a', 'b'])
  const second = await client.send(new ListSecretsCommand({ MaxResults: 2, NextToken: first.NextToken }))
  expect(second.SecretList?.map(({ Name }) => Name)).toEqual(['c'])
  expect(second.NextToken).toBeUndefined()
})

test('says in the words of AWS what is not there', async () => {
  const { secret, value, client } = await start()
  await expect(value('nothing')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  })
  await secret({ Name: 'empty' })
  await expect(value('empty')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  })
  await expect(client.send(new DeleteSecretCommand({ SecretId: 'empty' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  })
})

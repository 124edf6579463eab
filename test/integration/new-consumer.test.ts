import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { events } from '../../infra/contracts.ts'
import { copyCheckout } from '../support/checkout.ts'
import type { Ran } from '../support/command.ts'

const checkout = copyCheckout()
afterAll(checkout.remove)

const newConsumer = (...args: readonly string[]): Promise<Ran> =>
  checkout.run(process.execPath, ['infra/commands/new-consumer.ts', ...args])

/** Every file in the rooms that it writes to, with its text. */
const files = (): ReadonlyMap<string, string> =>
  new Map(
    globSync('{schemas,consumers,producers,infra,test}/**/*.*', { cwd: checkout.root })
      .sort()
      .map((path) => [path, readFileSync(join(checkout.root, path), 'utf8')]),
  )

test('what it makes is tested, typed and formatted, whichever events it takes; no other file changes', async () => {
  const before = files()
  // As other products may have them: a second version, data without an id.
  writeFileSync(
    join(checkout.root, 'schemas/tests.ts'),
    `import * as z from 'zod'
import { defineEvent } from './event.ts'

const rang = { name: 'Rang', context: 'tests', summary: '', data: z.strictObject({ at: z.int() }), example: { at: 1 } } as const
export const Rang = defineEvent({ ...rang, version: 1 })
export const RangAgain = defineEvent({ ...rang, version: 2 })
`,
  )
  const versions = ['Rang.v1', 'ensemble.tests@Rang.v2']
  const all = [...new Set(events.map(({ name }) => name)), ...versions]
  // Of a route, of a workflow, of a table's stream, and each version.
  const some = ['RegistrationRequested', 'OrderConfirmed', 'ProfileCreated', ...versions]
  const consumers = [...some.map((event, index) => [`one-${index}`, event]), ['all', ...all]]
  for (const args of consumers) expect(await newConsumer(...args)).toMatchObject({ code: 0, stderr: '' })

  const now = files()
  for (const [path, text] of before) expect(now.get(path), path).toBe(text)
  const made = [...now.keys()].filter((path) => !before.has(path) && path !== 'schemas/tests.ts')
  expect(made).toEqual(
    consumers
      .flatMap(([name]) => [
        ...['consumer', 'handler', 'infrastructure'].map((file) => `consumers/${name}/${file}.ts`),
        `test/unit/consumers/${name}.test.ts`,
      ])
      .sort(),
  )
  expect(now.get('consumers/all/handler.ts')).toContain("'Rang.v2': async (_event, { logger }) =>")

  const tests = made.filter((path) => path.startsWith('test/'))
  for (const ran of [
    await checkout.tool('biome', 'check', '--error-on-warnings', ...made),
    await checkout.checkTypes(made),
    await checkout.tool(
      'vitest',
      'run',
      '--config',
      'test/vitest.config.ts',
      '--project',
      'unit',
      '--no-isolate',
      ...tests,
    ),
    await checkout.run(process.execPath, ['infra/build.ts']),
  ]) {
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  }
  // A linter, a compiler, a test run and a build, one after the other.
}, 240_000)

test('it tells what it made and what comes next', async () => {
  const { stdout } = await newConsumer('made-in-a-test', 'OrderConfirmed', 'MeetupSubmitted')
  expect(stdout).toMatch(/consumers\/made-in-a-test\/handler\.ts +what it does/)
  expect(stdout).toMatch(
    /1\. .*\n +npm test -- test\/unit\/consumers\/made-in-a-test\.test\.ts\n +2\. .*\n +npm run dev/,
  )
  expect(stdout).toMatch(/OrderConfirmed +from place-order workflow\n +MeetupSubmitted +from POST \/api\/meetups/)
})

test('--help', async () => {
  expect(await newConsumer('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('npm run new:consumer -- NAME EVENT [EVENT…]'),
  })
})

test.each([
  ['no name', [], /needs a name and the events/],
  ['no event', ['late'], /Which events does late take\? There are .*EmailVerified/],
  ['an event that there is not', ['late', 'RegistrationConfirmd'], /did you mean RegistrationConfirmed\?/],
  ['a version that there is not', ['late', 'EmailVerified.v7'], /There is no event EmailVerified\.v7/],
  ['a flag that there is not', ['late', 'EmailVerified', '--force'], /--force.*--help/],
  ['capitals', ['Late', 'EmailVerified'], /lower-case words with dashes, .* not "Late"/],
  ['a dash at the end', ['late-', 'EmailVerified'], /lower-case words/],
  ['two dashes', ['too--late', 'EmailVerified'], /lower-case words/],
  ['a path', ['../late', 'EmailVerified'], /lower-case words/],
  ['a digit first', ['2late', 'EmailVerified'], /lower-case words/],
  ['a name too long for a function', ['x'.repeat(35), 'EmailVerified'], /at most 34 characters, .* has 35/],
  ["the name of another consumer's queue", ['notify-owner-dlq', 'EmailVerified'], /queues of dead letters/],
  ['a name that every object has', ['constructor', 'EmailVerified'], /cannot be named constructor/],
  ['the name of a consumer', ['notify-owner', 'EmailVerified'], /There is a consumers\/notify-owner already/],
  ['the name of a workflow', ['place-order', 'EmailVerified'], /There is a workflows\/place-order already/],
  ['the name of a route', ['register', 'EmailVerified'], /There is a route named register/],
  ["the name of a consumer's other function", ['announce-expired', 'EmailVerified'], /keep-registrations\/announce/],
])('%s is refused in one sentence, and nothing is made', async (_, args, sentence) => {
  const before = files()
  const { code, stdout, stderr } = await newConsumer(...args)
  expect(stderr.trim()).toMatch(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(files()).toEqual(before)
})

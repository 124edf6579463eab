import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { functionEntries } from '../../infra/bundles.ts'
import { consumers, contexts, emitters, events, routeFunctions, routes } from '../../infra/contracts.ts'
import { Mistake } from '../../infra/mistake.ts'
import { root } from '../../infra/paths.ts'
import { OrderConfirmed, OrderFailed } from '../../schemas/orders.ts'
import {
  EmailVerified,
  RegistrationConfirmed,
  RegistrationExpired,
  RegistrationRequested,
  register,
} from '../../schemas/registrations.ts'
import { health } from '../../schemas/service.ts'

it('finds what is declared, without a list', () => {
  expect(events).toEqual(expect.arrayContaining([RegistrationRequested, EmailVerified]))
  expect(routes).toEqual(expect.arrayContaining([register, health]))
})

it('knows which file declares what', () => {
  expect(contexts.find(({ name }) => name === 'registrations')).toMatchObject({
    events: expect.arrayContaining([RegistrationRequested]),
    routes: expect.arrayContaining([register]),
  })
  expect(contexts.flatMap((context) => context.routes)).toHaveLength(routes.length)
})

it('finds the consumers by their folders', () => {
  const names = consumers.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['keep-registrations', 'notify-owner', 'send-verification']))
  for (const { declaration, infrastructure } of consumers) {
    expect(events).toEqual(expect.arrayContaining([...declaration.events]))
    expect(infrastructure === undefined || existsSync(join(root, infrastructure))).toBe(true)
  }
})

it('knows who emits what: routes, consumers and the other functions in their folders, and workflows, by names of their own', () => {
  expect(emitters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'register', title: 'POST /api/register', emits: [RegistrationRequested] }),
      expect.objectContaining({ name: 'keep-registrations', kind: 'consumer', emits: [RegistrationConfirmed] }),
      expect.objectContaining({ title: 'place-order workflow', emits: [OrderConfirmed, OrderFailed] }),
      expect.objectContaining({ name: 'announce-expired', kind: 'function', emits: [RegistrationExpired] }),
    ]),
  )
  const functions = functionEntries().map(({ name }) => name)
  const ofFunctions = emitters.filter(({ kind }) => kind !== 'workflow')
  expect(functions).toEqual(expect.arrayContaining(ofFunctions.map(({ name }) => name)))
  expect(new Set(emitters.map(({ name }) => name)).size).toBe(emitters.length)
  for (const { emits } of emitters) expect(events).toEqual(expect.arrayContaining([...emits]))
})

it('finds the file that answers each route by its name', () => {
  const files = Object.fromEntries(
    routeFunctions(functionEntries()).map(({ route, entry }) => [route.name, entry.path]),
  )
  expect(files).toMatchObject({
    register: 'producers/register.ts',
    'get-registration': 'consumers/keep-registrations/get-registration.ts',
  })
  expect(Object.keys(files)).toHaveLength(routes.length)
})

it('says which route nothing answers', () => {
  const entries = functionEntries().filter(({ name }) => name !== 'register')
  expect(() => routeFunctions(entries)).toThrow(
    new Mistake('Nothing answers the route register: there is no producers/register.ts.'),
  )
})

it('says which producer answers no route', () => {
  const entries = [...functionEntries(), { name: 'unheard', path: 'producers/unheard.ts' }]
  expect(() => routeFunctions(entries)).toThrow(
    new Mistake('producers/unheard.ts answers no route: schemas/ declares none that is named unheard.'),
  )
})

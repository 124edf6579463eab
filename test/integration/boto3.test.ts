import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pythons, runScript, scripts } from '../support/boto3.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'

// Python's AWS library drives the running app: each test here is a function in test/fixtures/boto3.

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const found = pythons()

test('there is a Python with boto3', () => {
  expect(found).not.toEqual([])
})

describe.concurrent.each(found)('boto3 $version', (python) => {
  describe.each(scripts())('$name', (script) => {
    let results: Readonly<Record<string, string>> = {}
    beforeAll(async () => {
      results = await runScript(python, script, cloud.endpoint)
    })

    test.each(script.checks)('%s', (check) => {
      expect(results[check]).toBe('')
    })
  })
})

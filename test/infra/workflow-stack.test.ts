import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Mistake } from '../../infra/mistake.ts'
import { namesOf } from '../../infra/names.ts'
import { readSettings } from '../../infra/settings.ts'
import { type Workflow, workflowStack } from '../../infra/workflow-stack.ts'
import { OrderConfirmed, OrderFailed } from '../../schemas/orders.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ensemble-infra-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const RETRY = { attempts: 1, longestSeconds: 1 }
const task = (workflow: Workflow, name: string) => workflow.task(`Do ${name}`, name, { needs: {}, retry: RETRY })

/** The stack of a workflow `ship`, in whose folder there are these tasks. */
function stackOf(tasks: readonly string[], definition: Parameters<typeof workflowStack>[3]) {
  for (const name of tasks) mkdirSync(join(folder, 'functions', name), { recursive: true })
  const functions = tasks.map((name) => ({ name, path: `workflows/ship/${name}.ts` }))
  const settings = readSettings(() => undefined)
  const deployment = { names: namesOf('dev'), settings, buildDir: folder, functions, routes: [] }
  const app = new App({ outdir: join(folder, 'cloud'), builtinCloudFormationValidation: false })
  const declaration = { does: 'Ships.', emits: [OrderConfirmed] }
  return workflowStack(app, { name: 'ship', declaration }, deployment, definition)
}

describe('a definition', () => {
  it('tells of events that are declared, and of no others', () => {
    const telling = (workflow: Workflow) => workflow.tell('Tell', OrderFailed, { detailPath: '$', retry: RETRY })
    expect(() => stackOf([], telling)).toThrow(
      new Mistake('The workflow ship does not declare OrderFailed: add it to `emits`.'),
    )
  })

  it('uses tasks that there are', () => {
    expect(() => stackOf(['pack'], (workflow) => task(workflow, 'wrap'))).toThrow(
      new Mistake('No file exports the handler of wrap.'),
    )
  })

  it('leaves no task idle', () => {
    expect(() => stackOf(['pack', 'wrap'], (workflow) => task(workflow, 'pack'))).toThrow(
      new Mistake('workflows/ship/wrap.ts exports a handler that definition.ts does not use.'),
    )
  })
})

describe('a folder in workflows/', () => {
  /** What the files in it export, by name, are read as those of this checkout would be. */
  async function readFolder(files: Readonly<Record<string, string>>) {
    mkdirSync(join(folder, 'workflows/ship'), { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'workflows/ship', name), text)
    vi.resetModules()
    vi.doMock('../../infra/paths.ts', async (original) => ({ ...(await original()), root: folder }))
    const { workflows } = await import('../../infra/contracts.ts')
    const { definitionOf } = await import('../../infra/workflow-stack.ts')
    return Promise.all(workflows.map(definitionOf))
  }
  afterEach(() => {
    vi.doUnmock('../../infra/paths.ts')
    vi.resetModules()
  })
  const DECLARED = "export const workflow = { does: 'Ships.', emits: [] }"

  it.each([
    ['without a declaration', {}, 'There is no workflows/ship/workflow.ts: it must say what the workflow does.'],
    [
      'whose declaration is another thing',
      { 'workflow.ts': 'export const flow = 1' },
      'workflows/ship/workflow.ts must export `workflow`, made by defineWorkflow.',
    ],
    [
      'without a definition',
      { 'workflow.ts': DECLARED },
      'There is no workflows/ship/definition.ts: it must make the states of the workflow.',
    ],
    [
      'whose definition is no function',
      { 'workflow.ts': DECLARED, 'definition.ts': 'export default 1' },
      'workflows/ship/definition.ts must export a function by default.',
    ],
  ])('%s is refused with a sentence', async (_, files, sentence) => {
    await expect(readFolder(files)).rejects.toMatchObject({ name: 'Mistake', message: sentence })
  })
})

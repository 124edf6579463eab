import type { DeployedStack } from '../assembly/provision.ts'
import { AwsError, type CloudContext, type Engine } from './engine.ts'
import { element, queryService } from './query-service.ts'

export interface CloudFormation extends Engine {
  /** Says from now on that these are what is deployed. */
  readonly show: (stacks: readonly DeployedStack[]) => void
}

/**
 * CloudFormation as far as it tells of stacks, their outputs and resources; what is deployed is for `npm start` to say.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
 */
export function createCloudFormation({ now }: CloudContext): CloudFormation {
  const since = new Date(now()).toISOString()
  let stacks: readonly DeployedStack[] = []

  function stackNamed(form: URLSearchParams): DeployedStack {
    const name = form.get('StackName') ?? ''
    const found = stacks.find((stack) => stack.name === name || stack.id === name)
    if (found) return found
    throw new AwsError('ValidationError', `Stack with id ${name} does not exist`)
  }

  const head = ({ name, id }: DeployedStack): string =>
    element('StackName', name) +
    element('StackId', id) +
    element('StackStatus', 'CREATE_COMPLETE') +
    element('CreationTime', since)

  const state = element('ResourceStatus', 'CREATE_COMPLETE')
  const resource = ({ logicalId, type, physicalId }: DeployedStack['resources'][number]): string =>
    element('LogicalResourceId', logicalId) +
    element('PhysicalResourceId', physicalId) +
    element('ResourceType', type) +
    state

  return {
    resources: {},
    services: {
      cloudformation: queryService('http://cloudformation.amazonaws.com/doc/2010-05-15/', {
        DescribeStacks(form) {
          const found = form.has('StackName') ? [stackNamed(form)] : stacks
          return list(
            'Stacks',
            found.map((stack) => head(stack) + list('Outputs', stack.outputs.map(output))),
          )
        },
        ListStacks() {
          return list('StackSummaries', stacks.map(head))
        },
        ListStackResources(form) {
          const summaries = stackNamed(form).resources.map(
            (each) => resource(each) + element('LastUpdatedTimestamp', since),
          )
          return list('StackResourceSummaries', summaries)
        },
        DescribeStackResources(form) {
          const stack = stackNamed(form)
          const wanted = form.get('LogicalResourceId')
          const found = stack.resources.filter(({ logicalId }) => wanted === null || logicalId === wanted)
          const owner = element('StackName', stack.name) + element('StackId', stack.id)
          return list(
            'StackResources',
            found.map((each) => owner + resource(each) + element('Timestamp', since)),
          )
        },
        ListExports() {
          const exported = stacks.flatMap(({ id, outputs }) =>
            outputs.flatMap(({ exportName, value }) =>
              exportName === undefined
                ? []
                : [element('ExportingStackId', id) + element('Name', exportName) + element('Value', value)],
            ),
          )
          return list('Exports', exported)
        },
      }),
    },
    show(deployed) {
      stacks = deployed
    },
  }
}

const output = ({ name, value, exportName }: DeployedStack['outputs'][number]): string =>
  element('OutputKey', name) +
  element('OutputValue', value) +
  (exportName === undefined ? '' : element('ExportName', exportName))

const list = (name: string, members: readonly string[]): string =>
  `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`

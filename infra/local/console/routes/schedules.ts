import type { EventBridge } from '../../engines/eventbridge/index.ts'
import { functionNameIn } from '../../engines/lambda/function-name.ts'
import { lastPartOf } from '../dead-letter-queues.ts'
import type { ConsoleRoute } from '../route.ts'

export interface ScheduleDeps {
  readonly eventBridge: Pick<EventBridge, 'schedules'>
}

/** The rules that fire at times, with what they call. */
export const scheduleRoutes = ({ eventBridge }: ScheduleDeps): readonly ConsoleRoute[] => [
  {
    method: 'GET',
    path: '/schedules',
    answer: () =>
      eventBridge.schedules().map(({ targets, ...schedule }) => ({
        ...schedule,
        functions: targets.filter(isFunction).map(functionNameIn),
        others: targets.filter((arn) => !isFunction(arn)).map(lastPartOf),
      })),
  },
]

const isFunction = (arn: string): boolean => arn.startsWith('arn:aws:lambda:')

import type { Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { Deployment } from '../constructs/deployment.ts'

/**
 * One graph for each measure and in each a line for every consumer. The graphs search for their metrics, so a consumer
 * that is deployed later appears by itself.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html
 */
export function dashboard(stack: Stack, { names }: Deployment): void {
  const ours = names.prefix.replaceAll('-', ' AND ')
  const graph = (title: string, schema: string, metric: string, statistic: string, term = '') =>
    new GraphWidget({
      title,
      width: 12,
      left: [
        new MathExpression({
          expression: `SEARCH('{${schema}} MetricName="${metric}" AND ${ours}${term}', '${statistic}')`,
          usingMetrics: {},
          label: '',
        }),
      ],
    })
  const queues = 'AWS/SQS,QueueName'
  const functions = 'AWS/Lambda,FunctionName'
  new Dashboard(stack, 'Dashboard', {
    dashboardName: names.global('health', stack.region),
    widgets: [
      [
        graph('Waiting in the queue', queues, 'ApproximateNumberOfMessagesVisible', 'Maximum', ' AND NOT dlq'),
        graph('Age of the oldest (s)', queues, 'ApproximateAgeOfOldestMessage', 'Maximum', ' AND NOT dlq'),
      ],
      [
        graph('Dead letters', queues, 'ApproximateNumberOfMessagesVisible', 'Maximum', ' AND dlq'),
        graph('Not delivered', queues, 'ApproximateNumberOfMessagesVisible', 'Maximum', ' AND undelivered'),
      ],
      [
        graph('Errors', functions, 'Errors', 'Sum'),
        graph('Duration, slowest of a hundred (ms)', functions, 'Duration', 'p99'),
      ],
    ],
  })
}

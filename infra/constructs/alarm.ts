import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

/**
 * An alarm when a metric goes above a number. It has no action of its own: every change of its state is an event on the
 * account's default bus, for whoever is on call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function alarm(
  scope: Construct,
  id: string,
  metric: Metric,
  { above, tells }: { readonly above: number; readonly tells: string },
): void {
  new Alarm(scope, `${id}Alarm`, {
    alarmDescription: tells,
    metric,
    threshold: above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
}

import { type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions'
import type { Workflow } from '../../infra/workflow-stack.ts'
import { OrderConfirmed, OrderFailed } from '../../schemas/orders.ts'
import { REFUSALS } from './refusal.ts'

/** Somebody is looking at the order's page: the first attempts follow soon, and after a minute it has failed. */
const PATIENT = { attempts: 5, longestSeconds: 30, never: REFUSALS }
/** Nobody else would undo it, or tell of it: that is tried for hours. */
const TELLING = { attempts: 50, longestSeconds: 300 }
const UNDOING = { ...TELLING, never: REFUSALS }

/**
 * Each step leads to the next. Where one fails for good, whatever it and those before it may have done is undone in
 * reverse; to undo what was not done does nothing. An execution carries the detail of `OrderPlaced`.
 */
export default function ({ stack, settings, table, task, tell }: Workflow): IChainable {
  table('inventory', { key: 'sku', ttl: 'ttlEpoch' })
  table('payments', { key: 'orderId' })

  const validate = task('Validate', 'validate-order', {
    needs: { tables: { orders: ['PutItem', 'UpdateItem'] } },
    retry: PATIENT,
    resultPath: '$.data',
  })
  const reserve = task('Reserve', 'reserve-stock', {
    needs: { tables: { inventory: ['PutItem', 'UpdateItem'], orders: ['UpdateItem'] } },
    retry: PATIENT,
  })
  const charge = task('Charge', 'charge-payment', {
    needs: { tables: { payments: ['UpdateItem'], orders: ['UpdateItem'] } },
    retry: PATIENT,
    provisionedConcurrency: settings.chargePaymentProvisionedConcurrency,
  })
  const confirm = task('Confirm', 'confirm-order', {
    needs: { tables: { orders: ['UpdateItem'] } },
    retry: PATIENT,
    resultPath: '$.event',
  })
  const refund = task('Refund', 'refund-payment', {
    needs: { tables: { payments: ['UpdateItem'], orders: ['UpdateItem'] } },
    retry: UNDOING,
  })
  const release = task('Release', 'release-stock', {
    needs: { tables: { inventory: ['GetItem', 'PutItem', 'UpdateItem'] } },
    retry: UNDOING,
  })
  const fail = task('Fail', 'fail-order', {
    needs: { tables: { orders: ['PutItem', 'UpdateItem'] } },
    retry: UNDOING,
    resultPath: '$.event',
  })
  const tellConfirmed = tell('Tell of the confirmation', OrderConfirmed, { detailPath: '$.event', retry: TELLING })
  const tellFailed = tell('Tell of the failure', OrderFailed, { detailPath: '$.event', retry: TELLING })
  const closed = new Succeed(stack, 'Closed', { comment: 'The order had come to another end before.' })

  const resultPath = '$.error'
  const isClosed = { errors: ['OrderClosed'], resultPath }
  validate.addCatch(closed, isClosed).addCatch(fail, { resultPath })
  reserve.addCatch(release, { resultPath })
  charge.addCatch(refund, { resultPath })
  confirm.addCatch(refund, { resultPath })
  // It was confirmed after all.
  refund.addCatch(confirm, isClosed)
  fail.addCatch(closed, isClosed)

  refund.next(release).next(fail).next(tellFailed)
  return validate.next(reserve).next(charge).next(confirm).next(tellConfirmed)
}

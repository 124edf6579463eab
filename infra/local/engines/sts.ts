import type { CloudContext, Engine } from './engine.ts'
import { element, queryService } from './query-service.ts'

/**
 * STS, which says who calls: whatever the credentials, the one account that there is.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const createSts = ({ account }: CloudContext): Engine => ({
  resources: {},
  services: {
    sts: queryService('https://sts.amazonaws.com/doc/2011-06-15/', {
      GetCallerIdentity() {
        return element('Arn', `arn:aws:iam::${account}:root`) + element('UserId', account) + element('Account', account)
      },
    }),
  },
})

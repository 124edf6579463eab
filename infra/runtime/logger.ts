import { Logger } from '@aws-lambda-powertools/logger'

/** Structured logs; what is bound to them (correlation id, event id) is bound by `handle` and `consume`. */
export const logger = new Logger()

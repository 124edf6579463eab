import { Logger } from '@aws-lambda-powertools/logger'

// Not even in an error that quotes one, as those of SES do.
const ADDRESS = /[^\s"'<>()[\]\\,;:@/]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu

/**
 * Structured logs without e-mail addresses; what is bound to them (correlation id, event id) is bound by `route` and
 * `consume`. https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
export const logger = new Logger({
  jsonReplacerFn: (_, value) => (typeof value === 'string' ? value.replace(ADDRESS, '(address)') : value),
})

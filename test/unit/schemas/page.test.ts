import { describe, expect, test } from 'vitest'
import { PageQuery } from '../../../schemas/page.ts'

const limitOf = (limit: string | undefined) => PageQuery.safeParse(limit === undefined ? {} : { limit })

describe('limit', () => {
  test.for<[string | undefined, number]>([
    [undefined, 10],
    ['1', 1],
    ['100', 100],
  ])('%s is %d', ([text, limit]) => {
    expect(limitOf(text)).toMatchObject({ success: true, data: { limit } })
  })

  test.for([
    ['0', 'At least 1'],
    ['101', 'At most 100'],
    ...['', ' 5', '+5', '-1', '1.5', '1e1', '0x10', '٥', 'five'].map((text) => [text, 'Must be a whole number']),
  ])('"%s" is refused: %s', ([text, message]) => {
    expect(limitOf(text).error?.issues).toMatchObject([{ path: ['limit'], message }])
  })
})

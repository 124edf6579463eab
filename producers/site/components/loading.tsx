import { Loader } from '@mantine/core'

/** What there will be is on its way: `children` says what. */
export const Loading = ({ children }: { readonly children: string }) => (
  <p className="watch" role="status">
    <Loader size="xs" type="dots" aria-hidden />
    {children}
  </p>
)

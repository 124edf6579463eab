import { Button } from '@mantine/core'
import { LinkIcon } from './icons.tsx'
import { Result } from './result.tsx'

/** /404.html, for every address that has no page. */
export const NotFound = () => (
  <Result icon={<LinkIcon />} tone="neutral" title="There is no page here">
    <p className="lead">The address may be mistyped, or the page may have moved.</p>
    <Button component="a" href="/">
      To the start page
    </Button>
  </Result>
)

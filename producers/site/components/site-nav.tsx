import { useSession } from '../account/use-session.ts'
import { usePath } from './use-browser.ts'

interface Link {
  readonly href: string
  readonly text: string
  /** The paths of the pages that belong to it; without it, it is one page. */
  readonly section?: RegExp
}

const EVERYBODYS: readonly Link[] = [
  { href: '/', text: 'Register' },
  { href: '/meetups.html', text: 'Meetups', section: /^\/(meetup|new-meetup|dashboard)/ },
  { href: '/docs/', text: 'Docs' },
]

const USERS: readonly Link[] = [{ href: '/orders.html', text: 'Orders', section: /^\/order/ }]

/** The way around the site; what is for users only comes last, as it is not known at first who looks. */
export function SiteNav() {
  const isUser = useSession()?.state === 'open'
  const path = usePath()
  return (
    <nav className="site-nav" aria-label="Site">
      {[...EVERYBODYS, ...(isUser ? USERS : [])].map(({ href, text, section }) => (
        <a key={href} href={href} aria-current={path === undefined ? undefined : currentOf(path, href, section)}>
          {text}
        </a>
      ))}
    </nav>
  )
}

/** https://www.w3.org/TR/wai-aria-1.2/#aria-current */
function currentOf(path: string, href: string, section: RegExp | undefined): 'page' | 'true' | undefined {
  if (path === href) return 'page'
  return section?.test(path) ? 'true' : undefined
}

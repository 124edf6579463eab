import { useClickOutside, useHotkeys } from '@mantine/hooks'
import { useState } from 'react'
import { linkTo } from './model/route.ts'
import styles from './navigation.module.css'
import type { Page } from './page.ts'
import { PAGES } from './pages.ts'
import { Icon } from './parts/icon.tsx'

/** The pages: beside the page where there is room, else behind a button that names the one that is open. */
export function Navigation({ page }: { readonly page: Page }) {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  const menu = useClickOutside<HTMLElement>(close)
  useHotkeys([['Escape', close]])
  return (
    <nav ref={menu} className={styles.navigation} aria-label="Pages" data-open={open}>
      <button type="button" className={styles.button} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={page.icon} />
        {page.title}
        <span className="said">, all pages</span>
        <span className={styles.more}>
          <Icon name={open ? 'close' : 'menu'} />
        </span>
      </button>
      <ul className={styles.pages}>
        {PAGES.map(({ path, title, icon }) => (
          <li key={path}>
            <a href={linkTo(path)} aria-current={path === page.path ? 'page' : undefined} onClick={close}>
              <Icon name={icon} />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

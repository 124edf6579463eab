import { useEffect, useRef } from 'react'

interface Props {
  readonly children: string
  /** Set where one view replaces another without a page load: the heading takes the focus, and the tab its title. */
  readonly isNews?: boolean | undefined
}

/** The one h1 of a page. */
export function Heading({ children, isNews = false }: Props) {
  const element = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isNews) return
    element.current?.focus()
    document.title = `${children} · Ensemble`
    window.scrollTo({ top: 0 })
  }, [isNews, children])
  return (
    <h1 ref={element} tabIndex={isNews ? -1 : undefined}>
      {children}
    </h1>
  )
}

// What the pages can do where JavaScript runs: search a reference, and take a command along.
import { LOCAL_SITE } from './curl.ts'

for (const figure of document.querySelectorAll<HTMLElement>('[data-code]')) addCopyButton(figure)
const search = document.querySelector<HTMLElement>('[data-search]')
if (search) startSearch(search)

/** Commands call the site that the page is on. */
function addCopyButton(figure: HTMLElement): void {
  const code = figure.querySelector('code')
  if (!code) return
  code.textContent = (code.textContent ?? '').replaceAll(LOCAL_SITE, location.origin)
  // The clipboard is there only for pages that came over TLS or from this machine.
  if (!navigator.clipboard) return
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Copy'
  button.title = `Copy “${figure.querySelector('figcaption')?.textContent}”`
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent ?? '')
    button.textContent = 'Copied'
  })
  button.addEventListener('blur', () => {
    button.textContent = 'Copy'
  })
  figure.querySelector('figcaption')?.append(button)
}

/** Shows the entries that have every word that is typed, and the links to them. */
function startSearch(search: HTMLElement): void {
  const input = search.querySelector('input')
  const status = search.querySelector('[role=status]')
  const entries = [...document.querySelectorAll<HTMLElement>('[data-terms]')]
  const groups = [...document.querySelectorAll<HTMLElement>('[data-group]')]

  function show(): void {
    const words = (input?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.terms?.includes(word))
    for (const group of groups) {
      const links = [...group.querySelectorAll<HTMLElement>('[data-for]')]
      for (const link of links) link.hidden = document.getElementById(link.dataset.for ?? '')?.hidden ?? false
      group.hidden = links.every((link) => link.hidden)
    }
    const count = document.querySelectorAll('[data-for]:not([hidden])').length
    if (status) status.textContent = words.length > 0 ? `${count} found` : ''
  }

  input?.addEventListener('input', show)
  search.hidden = false
}

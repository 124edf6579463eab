import { Button, createTheme, MantineProvider, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { Mark } from './icons.tsx'
import { Score } from './score.tsx'

const theme = createTheme({
  components: {
    Button: Button.extend({ defaultProps: { size: 'lg' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'lg' } }),
  },
})

/** What every page has around it. Colours and scheme come from the style sheet alone, so Mantine is to set neither. */
export function Site({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider theme={theme} withCssVariables={false} withGlobalClasses={false} getRootElement={() => undefined}>
      <Score />
      <header className="site-header">
        <a className="brand" href="/">
          <Mark />
          Ensemble
        </a>
      </header>
      <main className="site-main">{children}</main>
      <footer className="site-footer">
        <p>Built on Ensemble, a backend in which every step is an event on Amazon EventBridge.</p>
      </footer>
    </MantineProvider>
  )
}

import { Button, createTheme, MantineProvider, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { AccountNav } from './account-nav.tsx'
import { Frame } from './frame.tsx'
import { SiteNav } from './site-nav.tsx'

const theme = createTheme({
  components: {
    Button: Button.extend({ defaultProps: { size: 'lg' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'lg' } }),
  },
})

/** A page of the site. Colours and scheme come from the style sheet alone, so Mantine is to set neither. */
export const Site = ({ children }: { readonly children: ReactNode }) => (
  <MantineProvider theme={theme} withCssVariables={false} withGlobalClasses={false} getRootElement={() => undefined}>
    <Frame
      nav={
        <>
          <SiteNav />
          <AccountNav />
        </>
      }
    >
      {children}
    </Frame>
  </MantineProvider>
)

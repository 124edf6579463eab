import { Button, Checkbox, type CSSVariablesResolver, createTheme } from '@mantine/core'

/** What stands on a filled ground, which is dark in light and light in dark: Mantine takes white for both. */
const ON_FILLED = 'light-dark(#ffffff, #17121a)'

export const theme = createTheme({
  primaryColor: 'plum',
  primaryShade: { light: 8, dark: 3 },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: Button.extend({
      vars: (_, { variant = 'filled' }) => ({
        root: variant === 'filled' ? { '--button-color': ON_FILLED } : {},
      }),
    }),
    Checkbox: Checkbox.extend({ vars: () => ({ root: { '--checkbox-icon-color': ON_FILLED } }) }),
  },
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  colors: {
    dark: [
      '#f4eef3',
      '#d3c7d2',
      '#bcaebb',
      '#85778b',
      '#6d5c72',
      '#3a303f',
      '#211a25',
      '#17121a',
      '#130f16',
      '#0d0a0f',
    ],
    plum: [
      '#f9edf4',
      '#f3d9e7',
      '#ecbfd6',
      '#eba9cb',
      '#d97fb0',
      '#c45c95',
      '#a8447a',
      '#8f2f63',
      '#7a1f4f',
      '#5f143b',
    ],
  },
})

const COLOURS = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-placeholder': 'var(--dim)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--raised)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--wire)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-disabled': 'var(--hairline)',
  '--mantine-color-disabled-color': 'var(--dim)',
}

/** Mantine's colours in terms of our own, which know light and dark themselves. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: COLOURS, dark: COLOURS })

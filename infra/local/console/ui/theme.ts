import { createTheme } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'plum',
  primaryShade: { light: 8, dark: 3 },
  autoContrast: true,
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  colors: {
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

import { Fragment } from 'react'

const WORD = /[A-Z]?[^A-Z]+|[A-Z]+/g

/** An event's name that a line may break between two words of, as in `Registration|Requested`. */
export const EventName = ({ name }: { readonly name: string }) =>
  [...name.matchAll(WORD)].map(({ 0: word, index }) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ))

import { Button } from '@mantine/core'
import { type ChangeEvent, useEffect, useId, useRef, useState } from 'react'
import { complaintAbout, PICTURE_RULE, PICTURE_TYPES } from '../../meetups/picture.ts'
import { Banner } from './banner.tsx'

interface Props {
  /** Of the meetup, for what it looks like without a picture. */
  readonly title: string
  readonly category: string
  readonly onPicture: (file: File | undefined) => void
}

interface Picture {
  readonly file: File
  readonly url: string
}

/** Chooses the picture of a meetup and shows it. What the API is to know of it goes into the form. */
export function PicturePicker({ title, category, onPicture }: Props) {
  const [picture, setPicture] = useState<Picture>()
  const [complaint, setComplaint] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()

  useEffect(() => () => void (picture && URL.revokeObjectURL(picture.url)), [picture])

  const take = (file: File | undefined) => {
    setPicture(file && { file, url: URL.createObjectURL(file) })
    onPicture(file)
  }
  const choose = async ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const [file] = currentTarget.files ?? []
    // The same file may be chosen again.
    currentTarget.value = ''
    if (!file) return
    const complaint = await complaintAbout(file)
    setComplaint(complaint)
    if (!complaint) take(file)
  }
  const remove = () => {
    setComplaint(undefined)
    take(undefined)
    input.current?.focus()
  }

  return (
    <div className="picker">
      <label htmlFor={id}>Picture (optional)</label>
      <div className="picker-view">
        <Banner title={title} category={category} url={picture?.url} />
        <div className="picker-actions">
          <span className="pick">
            <input
              ref={input}
              id={id}
              type="file"
              accept={PICTURE_TYPES}
              aria-describedby={`${id}-rule ${id}-complaint`}
              aria-invalid={complaint !== undefined}
              onChange={choose}
            />
            <span aria-hidden="true">{picture ? 'Choose another' : 'Choose a picture'}</span>
          </span>
          {picture && (
            <Button variant="default" size="md" onClick={remove}>
              Remove
            </Button>
          )}
        </div>
      </div>
      <p id={`${id}-rule`} className="aside">
        {picture ? `${picture.file.name} will be shown like this.` : `${PICTURE_RULE}. Without one it looks like this.`}
      </p>
      <p id={`${id}-complaint`} className="complaint" role="alert">
        {complaint}
      </p>
      {picture && (
        <>
          <input type="hidden" name="bannerType" value={picture.file.type} />
          <input type="hidden" name="bannerSize" value={picture.file.size} />
        </>
      )}
    </div>
  )
}

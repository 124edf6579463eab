import { Button } from '@mantine/core'
import type { Uploading } from '../../meetups/use-upload.ts'
import { Notice } from '../notice.tsx'

/** How far a picture is. */
export const UploadStatus = ({ state, part, retry }: Uploading) => (
  <div className="upload">
    {state === 'sending' && (
      <label>
        Uploading the picture: {Math.round(100 * part)} %
        <progress max={1} value={part} />
      </label>
    )}
    {state === 'failed' && (
      <>
        <Notice
          title="The picture did not arrive"
          text="The meetup has none so far. Check your connection and try again."
        />
        <Button variant="default" onClick={retry}>
          Upload it again
        </Button>
      </>
    )}
    <p role="status">{state === 'sent' && 'The picture is uploaded.'}</p>
  </div>
)

import { BANNER_EXTENSIONS, MAX_BANNER_BYTES, type Upload } from '../../../schemas/meetups.ts'

/** What may be chosen, as an input for files takes it. */
export const PICTURE_TYPES = Object.keys(BANNER_EXTENSIONS).join(',')

export const PICTURE_RULE = `A JPEG or PNG of at most ${MAX_BANNER_BYTES / 2 ** 20} MB`

/** What is wrong with a file as a banner, if anything is. */
export async function complaintAbout(file: File): Promise<string | undefined> {
  if (!(file.type in BANNER_EXTENSIONS)) return `${PICTURE_RULE}, please: “${file.name}” is neither`
  if (file.size > MAX_BANNER_BYTES) {
    return `${PICTURE_RULE}, please: “${file.name}” has ${(file.size / 2 ** 20).toFixed(1)} MB`
  }
  try {
    const picture = await createImageBitmap(file)
    picture.close()
    return undefined
  } catch {
    return `“${file.name}” cannot be read as a picture`
  }
}

/**
 * Uploads a file to where the API said. True once it is there. `onProgress` is told which part of it is, from 0 to 1: what
 * `fetch` does not know. https://developer.mozilla.org/en-US/docs/Web/API/XMLHttpRequest/upload
 */
export const upload = (
  file: File,
  { url, method, headers }: Upload,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<boolean> =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('loadend', () => resolve(request.status === 200))
    signal.addEventListener('abort', () => request.abort())
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.send(file)
  })

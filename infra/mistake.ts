/** Something that whoever runs the command can put right: told in its one sentence, without a stack trace. */
export class Mistake extends Error {
  override readonly name = 'Mistake'
}

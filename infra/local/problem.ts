/** Something that the person at the terminal can put right; shown as one line, without a stack trace. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
}

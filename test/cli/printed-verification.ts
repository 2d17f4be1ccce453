/** What `verify --json` prints, as far as tests look at it. */
export interface PrintedVerification {
  results: {
    model: string
    testSet: string
    pairs: number
    accuracy: number
    std: number
    folds: { accuracy: number; threshold: number }[]
  }[]
}

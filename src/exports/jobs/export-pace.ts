/** Time and size as jobs see them, so that neither waiting nor much data is needed to test them. */
export interface ExportPace {
  now(): Date;
  /** Between two looks for what is due. */
  readonly tickMs: number;
  /** Between two looks at whether a job that runs shall go on. */
  readonly tellMs: number;
  /** From so many bytes on, before compression, a part ends with its stretch. */
  readonly partBytesMin: number;
}

export const EXPORT_PACE = Symbol('the pace of export jobs');

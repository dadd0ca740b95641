// What the staff API answers when it does not do as asked (RFC 9457), as an error that pages can catch and show.

export interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  [member: string]: unknown;
}

export class ProblemError extends Error {
  // The last segment of the type: "stale", "own_request". "offline", "failed" and "unsure" are this side's own.
  readonly kind: string;
  readonly status: number;
  readonly document: ProblemDocument;

  constructor(kind: string, status: number, document: ProblemDocument = {}) {
    super(kind);
    this.name = 'ProblemError';
    this.kind = kind;
    this.status = status;
    this.document = document;
  }
}

// `changing`: of a request that was to change something. Where the server, or what stands before it, failed at one, it may
// have been done all the same: "unsure".
export function problemOf(document: unknown, status: number, wait?: string | null, changing = false): ProblemError {
  const known = typeof document === 'object' && document !== null ? (document as ProblemDocument) : {};
  const named = (typeof known.type === 'string' ? (known.type.split('/').pop() ?? '') : '') || 'failed';
  const kind = named === 'failed' && status >= 500 && changing ? 'unsure' : named;
  const seconds = Number(wait ?? NaN);
  return new ProblemError(kind.replaceAll('-', '_'), status, Number.isFinite(seconds) ? { ...known, seconds } : known);
}

export const isProblem = (error: unknown, kind?: string): error is ProblemError =>
  error instanceof ProblemError && (kind === undefined || error.kind === kind);

// Whether asking again may help without anybody's doing.
export const passes = (error: unknown) => isProblem(error) && (error.kind === 'offline' || error.status === 503 || error.status === 502 || error.status === 504);

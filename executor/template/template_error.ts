/** A place in a template, both numbers from 1. */
export interface TemplatePosition {
  readonly line: number;
  readonly column: number;
}

/**
 * A template that cannot be read or rendered. The message names the place where it is known:
 * `Line 3, column 9: there is no filter "upcas"`.
 */
export class TemplateError extends Error {
  override name = "TemplateError";
  /** The message without the place. */
  readonly reason: string;
  readonly position: TemplatePosition | null;

  constructor(reason: string, position: TemplatePosition | null = null) {
    super(position === null ? reason : `${placeOf(position)}: ${reason}`);
    this.reason = reason;
    this.position = position;
  }
}

function placeOf({ line, column }: TemplatePosition): string {
  return `Line ${line}, column ${column}`;
}

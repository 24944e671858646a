/** What the page of the API says, in words. */

/** A program that runs an app. */
export interface ApiExample {
  /** Of the file it would be. */
  readonly name: string;
  readonly label: string;
  readonly text: string;
}

/** One operation: a method and a path. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly details: string | null;
  readonly parameters: readonly ApiField[];
  /** Fields of the body; empty where it takes none. */
  readonly body: readonly ApiField[];
  readonly answers: readonly ApiAnswer[];
}

/** What may come back. */
export interface ApiAnswer {
  readonly status: string;
  readonly description: string;
  /** The shape it has, where that has a name. */
  readonly shape: string | null;
}

/** A named JSON object. */
export interface ApiShape {
  readonly name: string;
  readonly fields: readonly ApiField[];
}

/** A parameter, or a field of an object; of one within another the name is a path. */
export interface ApiField {
  readonly name: string;
  /** Such as "text", "list of Step", "running or completed". */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string | null;
}

const TYPE = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;.*)?$/i;
const BOUNDARY = /;\s*boundary=(?:"([\w'()+./:=? -]+)"|([\w'()+./:=?-]+))/i;

/** How a form is put together. */
export interface FormType {
  /** As a Content-Type that can be read in one way only. */
  readonly contentType: string;
  /** What stands between its fields. */
  readonly separator: string;
  readonly isMultipart: boolean;
}

/**
 * Null where a body of this Content-Type is no form. Parsers differ in what they make of a header
 * that names two types or boundaries: what fields are counted by has to be what they are parsed by.
 */
export function formTypeOf(header: string): FormType | null {
  const [, type, parameters = ""] = TYPE.exec(header.trim()) ?? [];
  if (type === undefined || header.includes(",")) return null;
  if (!/^multipart/i.test(type)) {
    return { contentType: type.toLowerCase(), separator: "&", isMultipart: false };
  }
  const [, quoted, plain = ""] = BOUNDARY.exec(parameters) ?? [];
  const boundary = quoted ?? plain;
  return {
    contentType: `multipart/form-data; boundary="${boundary}"`,
    separator: `--${boundary}`,
    isMultipart: true,
  };
}

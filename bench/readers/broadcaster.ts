/** What a server of one stream is asked, by `POST`. */
export const OPEN_PATH = "/bench/open";
export const CHANGE_PATH = "/bench/change";

/** A server of one stream that tells all its readers of each change. */
export interface Broadcaster {
  /** The path of a stream of all changes from now on. */
  open(): Promise<{ readonly path: string }>;
  /**
   * Changes what readers have to be told; answers when, in epoch milliseconds.
   *
   * @param bytes How long its message shall be, where that can be chosen.
   */
  change(bytes: number): Promise<{ readonly at: number }>;
}

/** Answers what a broadcaster is asked; null for any other request. */
export function answerOrder(broadcaster: Broadcaster, request: Request): Promise<Response> | null {
  const { pathname, searchParams } = new URL(request.url);
  switch (pathname) {
    case OPEN_PATH:
      return broadcaster.open().then((opened) => Response.json(opened));
    case CHANGE_PATH:
      return broadcaster.change(Number(searchParams.get("bytes")))
        .then((changed) => Response.json(changed));
    default:
      return null;
  }
}

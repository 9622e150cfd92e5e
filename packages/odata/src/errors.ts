/** A query option that the client must correct. The server answers 400 with errorCode 1000. */
export class ODataError extends Error {
  /** The option that is wrong, as the protocol writes it: `$filter`. */
  readonly option: string;
  /**
   * The place in the option's value, in characters from 0; undefined if the error has no particular place.
   */
  readonly position: number | undefined;

  constructor(message: string, option: string, position?: number) {
    super(message);
    this.name = 'ODataError';
    this.option = option;
    this.position = position;
  }
}
